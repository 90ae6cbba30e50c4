/** Words for what is wrong, one line a sense, in the languages that machines speak. How they are written: see `lexicon.ts`. */
export const TROUBLES = {
  // Trouble by itself, of whatever it is said.
  broken: `
    non_riuscita non_riuscito fehlgeschlagen durchgebrannt ausfall ausgefallen fehlzündung zündfehler doorgebrand
    défaillante grillé bruciato fundido defect panne havari häiriö porucha závada vadný spálená spálený spalony mislukt
    non_operational fail air_in_line blocco_caldaia blocco_bruciatore blocco_pompa blocco_stufa mancata_accensione
    in_blocco broken defective faulty faulted malfunction malfunctioning malfunctioned damaged burnt burnt_out blown nok
    not_ok inoperative inoperable ruptured torn out_of_order failed failure wire_break breakage burnout derailed
    burned_out not_working not_functioning not_operational iced_up defekt defekte kaputt gestört beschädigt gerissen
    drahtbruch fühlerbruch sensorbruch kabelbruch leitungsbruch rohrbruch funktioniert_nicht nicht_betriebsbereit
    en_panne hors_service défectueux défectueuse défaillant cassé endommagé ne_fonctionne_pas guasto guasta rotto
    difettoso danneggiato fuori_servizio non_funziona averiado averiada roto defectuoso dañado fuera_de_servicio
    no_funciona avariado avariada danificado fora_de_serviço feilet kapot stuk beschadigd buiten_gebruik buiten_werking
    werkt_niet trasig trasigt ur_funktion ur_drift ute_av_funktion ute_av_drift ødelagt virker_ikke fungerar_inte
    uszkodzony uszkodzona zepsuty nie_działa rikki viallinen
    inop cracked shattered punctured misfire misfiring flameout flame_out flame_failure no_ignition ignition_failed
    ignition_failure start_failed failed_start selftest_failed self_test_failed check_failure web_break strip_break
    belt_break thread_break yarn_break paper_break film_break fuse_blown blown_fuse uncorrectable_ecc
    uncorrectable_error bad_sector bad_sectors live_zero live_zero_error cable_unplugged cable_break broken_cable overcrank over_crank air_in_pump
    non_functional not_functional unserviceable hardware_failure invalid_reading no_reading
    gebrochen zerbrochen funktionsunfähig nicht_funktionsfähig ausser_funktion störstellung brennerstörung flammenabriss
    flammenausfall flammausfall zündversagen bandriss riemenriss seilriss filamentbruch federbruch
    en_défaut brisé rompu rompue cassée détérioré détériorée hors_d_usage ne_marche_pas en_dérangement fusible_grillé
    grillée
    in_avaria in_guasto rottura in_rottura bruciata danneggiata difettosa non_funzionante fuori_uso malfunzionamento
    guasti
    en_avería estropeado estropeada dañada defectuosa inoperativo quemado quemada fallo_de_encendido mal_funcionamiento
    quebrado quebrada queimado queimada danificada defeituoso defeituosa não_funciona mau_funcionamento falha_de_ignição
    doorgeslagen gebroken defecte buiten_dienst niet_werkend kabelbreuk draadbreuk
    sönder trasiga skadad ur_bruk fungerar_ej havererad i_stykker ødelagte ikke_i_funksjon sprunget gået_i_stykker
    beskadiget
    uszkodzone uszkodzenie zepsuta zepsute przepalony przepalona pęknięty pęknięta
    rikkoutunut epäkunnossa ei_toimi vaurioitunut palanut
    poškozený poškozená poškozeno rozbitý nefunkční nefunguje prasklý prasklá
    arızalı bozuk kırık çalışmıyor сломан сломана неисправен неисправна неисправность не_работает sluggish_drive`,
  stuck: `
    zablokováno zaseknuto bolt_jammed motor_stuck clog obstacle jam jammed stuck stall stalled clogged seized choked
    occlusion occluded entangled wedged trapped entrapment rotor_locked locked_rotor verklemmt verstopft festgefahren
    steckt_fest papierstau coincé bourrage inceppato inceppata inceppamento intasato incastrato atascado atascada atasco
    obstruido vastgelopen verstopt fastnat papperstrassel papirstopp sitter_fast sidder_fast zacięty zacięcie
    stuck_open stuck_closed stuck_on stuck_off tangled snagged seized_up blocked_rotor rotor_blocked motor_blocked
    motor_stall motor_stalled stalled_motor sluggish misfeed double_feed paper_jam
    stuck_in_mud wheels_stuck snarled
    schwergängig klemmt verheddert verkantet festgelaufen festgesetzt eingeklemmt hängengeblieben verstopfung
    materialstau
    jumissa piégé piégée intrappolato intrappolata atrapado atrapada aprisionado uwięziony uwięziona uvízl uvízlý uvízla
    grippé grippée enrayé bouché bouchée engorgé grippato ostruzione occlusione incagliato agarrotado obstrucción
    encallado trabado trabada
    encravado encravada emperrado entupido entupida obstrução zit_vast verstopping geklemd vastgeraakt
    kärvar igensatt igensatta fastkört kört_fast har_fastnat kjørt_fast tilstoppet fastklemt
    zatkany zatkana zapchany zakleszczony zakleszczona zatarty jumittunut juuttunut tukkeutunut tukos
    zaseknutý ucpaný ucpaná zadřený zaseklý sıkıştı tıkalı tıkandı sıkışmış застрял заклинило засор
    blocked_direction_open blocked_direction_close`,
  leak: `
    únik leak leaks leaking leakage burst backflow leck leckage undicht wasseraustritt fuite fuga_de_agua perdita_acqua
    perdita_d_acqua lekkage läckage läcka lekkasje lækage wyciek fuga
    leaky seepage spillage burst_pipe pipe_burst overflowed leckt ausgelaufen läuft_aus wasserschaden fuite_d_eau fuites
    débordement perde_acqua
    perdita_di_acqua trafilamento allagamento pérdida_de_agua inundación derrame vazamento fuga_de_água inundação lek
    lekt wateroverlast
    läcker läckt vattenläcka vannlekkasje przeciek cieknie vuotaa vesivuoto netěsnost sızıntı протечка утечка`,
  protected: `
    peregrev peregruzka aşırı_ısınma asiri_isinma aşırı_akım asiri_akim sobretemperatura sobrecorriente surcharge surtension surintensité bus_aus bus_off stopped_by_safety stopped_by_alarm off_by_alarm gfi_tripped přehřátí přetížení inverter_trip
    overflow overfill overfilled over_fill torque_exceeded over_range thermal_runaway undervolt overvolt overcurr overload overloaded overheat
    overheated overheating overcurrent overvoltage undervoltage overtemperature overtemp overpressure overspeed
    overtorque overtravel overdrive underload undercurrent under_voltage over_voltage over_current over_temperature
    over_temp over_pressure over_speed over_load over_heat over_heated over_heating over_torque over_travel over_drive
    under_load under_current under_temperature undertemperature over_volt under_volt overweight over_weight over_power
    overfrequency over_frequency underfrequency under_frequency thermal_shutdown thermal_trip thermal_cutout
    protective_stop safeguard_stop safety_stop dry_run_detected dry_running running_dry boil_dry dry_boil pump_dry
    limp_mode limp_home übertemperatur überhitzt überhitzung überlast überlastet überlastung überstrom überspannung
    unterspannung überdrehzahl überdruck trockenlauf sicherheitsabschaltung notabschaltung störabschaltung surchauffe
    surcharge surtension surintensité sous_tension surpression sovratemperatura surriscaldamento sovraccarico
    sovratensione sovracorrente sovrapressione sobretemperatura sobrecalentamiento sobrecarga sobretensión
    sobrecorriente sobrepresión sobreaquecimento oververhit oververhitting overbelast overbelasting overspanning
    overstroom przegrzanie przeciążenie przepięcie przegrzany överhettad överhettning överlast överspänning overopphetet
    overopphetning overophedet overophedning overbelastet overbelastning ylikuumeneminen ylikuormitus ylikuumentunut
    protection_stop
    reverse_power loss_of_excitation low_water_cutoff low_water_cut_off underrun under_run thermal_overload overfilled over_filled overcharged over_charge overcharge over_discharge
    overdischarge over_discharged low_voltage_cutoff low_pressure_cutout high_pressure_cutout mcu_shutdown brown_out over_torqued
    überladen überladung tiefentladen tiefentladung unterstrom untertemperatur überfüllt übergelaufen überlauf
    trockengelaufen trockenfahrt hochdruckstörung niederdruckstörung
    surchauffé surchauffée surchargé survitesse décharge_profonde marche_à_sec fonctionnement_à_sec mise_en_sécurité
    arrêt_de_sécurité
    surriscaldato sottotensione fuori_giri marcia_a_secco funzionamento_a_secco arresto_di_sicurezza sovravelocità
    sobrecalentado subtensión baja_tensión sobrecargado sobrevelocidad marcha_en_seco funcionamiento_en_seco
    parada_de_seguridad
    sobretensão sobrecorrente subtensão sobreaquecido sobrecarregado sobrepressão funcionamento_a_seco
    paragem_de_segurança
    onderspanning overdruk drooglopen droogloop veiligheidsstop
    underspänning överström övertryck övertemperatur torrkörning överhettat överbelastad säkerhetsstopp underspenning
    overstrøm overtrykk overtemperatur tørrkjøring sikkerhetsstopp underspænding overspænding overtryk tørløb
    sikkerhedsstop overhedning
    przeciążony przegrzana podnapięcie praca_na_sucho suchobieg ylijännite alijännite ylivirta ylilämpö ylipaine
    kuivakäynti
    přehřátý přetížený přepětí podpětí nadproud chod_nasucho aşırı_ısınma aşırı_yük aşırı_akım aşırı_gerilim
    düşük_gerilim перегрев перегрузка перенапряжение сухой_ход sobrecalentada surriscaldata sobrecargada przeciążona
    sobreaquecida`,
  tripped: `
    tripped trip lockout lock_out locked_out cutout cut_out ausgelöst déclenché déclenchée disjoncté scattato sgancio scatto disparado disparo disparada utlöst utløst vypadl сработал
    zadziałał lauennut
    hat_ausgelöst angesprochen rausgeflogen déclenchée disjoncté scattata intervenuto intervenuta disparada saltado
    actuado atuado aangesproken uitgevallen löst_ut har_löst koblet_ut udløst zadziałała laukesi vybavil спрацював
    сработал`,
  shorted: `
    corto_circuito zkrat lead_off leads_off probe_off short_circuit short_circuited shorted earth_fault ground_fault
    arc_fault arcfault kurzschluss erdschluss körperschluss court_circuit cortocircuito kortsluiting aardfout
    kortslutning kortslutet zwarcie oikosulku curto_circuito welded contactor_weld contact_weld relay_weld weld_detected open_circuit open_loop broken_wire
    insulation_fault isolation_fault wire_broken cable_cut cut_wire circuit_open kurzgeschlossen leitungsunterbrechung
    leiterbruch erdfehler isolationsfehler
    défaut_de_terre défaut_d_isolement circuit_ouvert fil_coupé câble_coupé guasto_a_terra circuito_aperto
    filo_interrotto cavo_interrotto fallo_a_tierra fuga_a_tierra circuito_abierto cable_cortado
    fuga_à_terra circuito_aberto jordfel kabelbrott givarbrott ledningsbrott jordfeil kabelbrudd ledningsbrudd jordfejl
    kabelbrud doziemienie maasulku johdinkatko zemní_spojení kısa_devre короткое_замыкание`,
  unanswering: `
    keine_rückmeldung no_feedback ei_yhteyttä keine_reichweite out_of_reach not_communicating communication_issue
    communication_failure connection_issue nocomm no_comm unreachable unresponsive not_responding not_reachable
    no_response no_reply no_answer no_communication no_comms comm_lost comms_lost communication_lost connection_lost
    link_lost lost_contact timed_out unerreichbar nicht_erreichbar keine_antwort keine_verbindung keine_kommunikation
    injoignable pas_de_réponse non_raggiungibile nessuna_risposta sin_respuesta sin_comunicación onbereikbaar
    niet_bereikbaar geen_antwoord svarar_inte svarer_ikke brak_odpowiedzi brak_komunikacji brak_łączności ei_vastaa
    sem_resposta
    not_answering not_responsive does_not_respond doesn_t_respond non_responsive no_contact no_carrier host_unreachable
    connection_refused connection_timeout communication_timeout comm_timeout comms_timeout comm_error comms_error
    comm_fault comm_loss comms_loss communication_error communication_fault communication_loss bus_error bus_timeout
    link_failure link_loss no_heartbeat heartbeat_lost heartbeat_timeout no_reception no_telegram gateway_timeout
    contact_lost signal_lost lost_signal lost_connection lost_communication lost_comms
    antwortet_nicht reagiert_nicht kein_kontakt kontakt_verloren verbindung_verloren verbindungsabbruch
    verbindungsverlust kommunikationsfehler kommunikationsausfall kommunikationsstörung busfehler nicht_ansprechbar
    kein_empfang keine_reaktion
    ne_répond_pas ne_répond_plus sans_réponse pas_de_communication perte_de_communication communication_perdue
    connexion_perdue erreur_de_communication pas_de_liaison
    non_risponde comunicazione_persa nessuna_comunicazione connessione_persa errore_di_comunicazione irraggiungibile
    no_responde comunicación_perdida conexión_perdida error_de_comunicación fallo_de_comunicación sin_contacto
    inalcanzable
    não_responde sem_comunicação comunicação_perdida falha_de_comunicação erro_de_comunicação inacessível
    reageert_niet geen_reactie geen_communicatie communicatiefout communicatie_verloren
    ingen_kontakt ingen_kommunikation tappad_kontakt kommunikationsfel inget_svar kommunikasjonsfeil mistet_kontakt
    ingen_svar ingen_forbindelse kommunikationsfejl mistet_forbindelse
    nie_odpowiada utrata_komunikacji błąd_komunikacji utrata_łączności ei_vastausta yhteysvirhe neodpovídá nekomunikuje
    ztráta_komunikace yanıt_yok cevap_yok iletişim_yok нет_связи нет_ответа не_отвечает`,
  stopped: `
    estop e_stop emergency_stop emergency_stopped notaus not_aus nothalt not_halt arrêt_urgence arrêt_d_urgence
    parada_emergencia parada_de_emergencia arresto_emergenza arresto_di_emergenza noodstop nödstopp nødstopp nødstop
    stop_awaryjny hätäseis emergency_button paragem_de_emergência`,
  tampered: `
    chassis_intrusion case_opened enclosure_opened
    tamper tampered tampering sabotage sabotaged tampered_with cover_opened_by_force aufgebrochen`,
  unwell: `
    no_frames no_video no_picture no_image_received
    backfire burn_back burnback rückbrand fire_went_out safety_chain_open safety_circuit_open safety_loop_open
    sicherheitskette_offen compass_interference magnetic_interference gps_glitch geofence_violated geofence_breach
    pinch_detected optical_power_low rx_power_low high_packet_loss queue_full queue_overflow config_invalid
    invalid_config invalid_configuration configuration_invalid bad_crc crc_mismatch bad_checksum checksum_mismatch
    drift_detected sensor_drift knocked_over knocked_down empty_pipe air_in_pipe air_in_pipes clock_invalid clock_not_set
    air_lock airlock torque_not_reached
    sensor_blind camera_blind lens_blind not_redundant redundancy_lost no_redundancy reversed_polarity
    wrong_flow_direction no_filament too_little_movement too_much_movement tilt_detected service_request
    not_fully_locked active_alarms with_no_flow anomalous_operation uncalibrated not_calibrated unscheduled_down
    unscheduled_downtime failure_predicted predictive_failure predicted_failure water_in_fuel water_in_oil water_ingress
    image_too_blurry image_too_dark image_too_bright off_spec end_of_service outside_wire outside_boundary
    outside_working_area outside_perimeter degraded unhealthy anomaly anomalous excursion out_of_spec
    out_of_specification out_of_tolerance upside_down turned_over overturned rolled_over tipped_over collision crashed
    lost_localization not_synchronized not_synchronised failsafe fail_safe imbalance unbalanced misaligned misalignment
    derated lifted_off unwucht unbalanced_load load_unbalanced déséquilibre sbilanciamento cavitation
    wheel_lifted wheels_lifted interchanged program_interrupted programme_interrupted searching_for_master
    master_not_found negative_signal system_not_ready inducement mounted_mode mounting_mode free_flow charging_refused
    missed_dose dose_missed valve_tight range_too_large range_too_small cell_imbalance global_scene_change
    not_heating_at_expected wrong_phase out_of_balance position_lost lost_position homing_failed target_not_reached
    setpoint_not_reached position_not_reached unexpected_stop stopped_unexpectedly unexpected_shutdown docking_failed
    toppled toppled_over fallen_over fell_over flipped_over belt_slip belt_slipping air_in_system battery_dropped
    disconnect_required disconnectrequired reconnect_required unplug_required replug_required
    being_stolen beyond_limits cannot_charge cannot_start below_measuring_range above_measuring_range
    umgekippt umgefallen entgleist notposition ventilnotposition ausserhalb_der_spezifikation programm_abgebrochen
    stellbereich_zu_klein stellbereich_zu_gross
    anormaux anormales déréglé renversé sbilanciato sbilanciata ribaltato desequilibrado desequilibrada volcado volcada
    niewyważenie obalans ubalance epätasapaino nevyváženost off_position not_approved too_long_out_of
    end_positions_not_configured cell_pressure_difference cells_apart calibration_drift
    steep_slope excessive_slope slope_too_steep out_of_bounds off_the_ground off_floor off_the_floor wheel_off_floor
    wheel_suspended wheels_suspended wheel_lost_floor_contact miswired misconfigured wrongly_wired not_possible
    aquastop_triggered overfoaming suds_too_high too_much_foam too_many_suds read_only_filesystem filesystem_read_only
    filesystem_readonly out_of_disk_space no_disk_space disk_space_low gps_jamming gps_spoofing jamming_detected
    spoofing_detected rf_jamming rf_jam no_path_found path_not_found no_route_found head_open inlet_closed tap_closed
    mintemp_triggered maxtemp_triggered timer_too_close spaghetti_detected fan_locked compressor_locked pump_locked
    current_reversed polarity_reversed registration_denied registration_failed residual_current_detected
    ventilation_required vent_required load_shedding_failed precharge_failed synchronization_lost synchronisation_lost
    lost_synchronization sync_lost out_of_sync watchdog_reset watchdog_triggered watchdog_expired`,
  // States of a machine; as names of flags they may be anything.
  plight: `
    ap_fallback fallback_ap fallback_mode fallback_hotspot captive_fallback
    plc_in_stop plc_stop plc_stopped cpu_in_stop cpu_stop cpu_stopped
    dry_run sold_out lockout locked_out no_sensor no_probe no_magnet frozen anormal anormale anomalo abort
    permanent_fault incorrect_device safe_mode safemode aborted aborting offnormal off_normal danger dangerous
    not_in_auto crashed halted_by_error blocked_by_error tripped abnormal reversed attention
    low_pressure_protection high_pressure_protection interrupted out_of_operation start_limit_hit halted verriegelung
    flipped flipped_upside_down flip_over upset capsized bogged bogged_down stranded marooned mired beached high_centered
    run_aground aground collided rammed off_track off_course off_path out_of_path astray strayed fallen fell kidnapped
    stolen disoriented delocalized wheel_slip wheels_slip wheel_spin wheels_spinning spinning_wheels skidding
    umgeworfen umgestürzt überschlagen gestrandet aufgesessen steckengeblieben eingesunken vom_weg_abgekommen gestohlen
    retournée déraillé déraillée embourbé embourbée enlisé enlisée naufragé égaré volé volée
    capovolto capovolta rovesciato rovesciata deragliato deragliata impantanato impantanata rubato rubata
    volteado volteada descarrilado descarrilada encallado varado varada robado robada
    capotado capotada tombado tombada descarrilado atolado atolada encalhado roubado roubada
    omgevallen omgeslagen ontspoord gestrand verdwaald gestolen
    vält omkullvält urspårad strandad stulen veltet avsporet strandet stjålet væltet afsporet
    przewrócony przewrócona wykolejony wykolejona skradziony kaatunut kumoutunut varastettu
    převrácený převrácená vykolejený vykolejená ukradeno devrildi raydan_çıktı çalındı
    перевернут перевернулся опрокинут сошёл_с_рельсов украден`,
  // Somebody shall come.
  wanting: `
    needs_cleaning needs_service manual_startup_required manual_restart_required manual_reset_required inst_rufen
    installateur_rufen kundendienst_rufen call_service call_for_service contact_service vaihda_nyt jetzt_wechseln
    needs_calibration calibration_required replace_immediately replace_now action_required attention_required
    intervention_required user_intervention_required needs_attention need_attention requires_attention service_now
    see_service entretien_urgent
    password_required login_required authentication_required reauth_required reauthentication_required
    authorization_required contact_manufacturer contact_dealer contact_vendor contact_support contact_technician
    contact_installer call_technician call_dealer call_installer needs_replacement needs_repair needs_maintenance
    needs_refill needs_emptying needs_water needs_descaling user_action_required user_action_needed
    user_attention_required operator_required operator_needed operator_intervention manual_intervention help_needed
    needs_help assistance_required requires_service requires_maintenance must_be_replaced must_be_cleaned check_engine
    hersteller_kontaktieren fachmann_rufen techniker_rufen kundendienst_kontaktieren service_rufen service_kontaktieren
    eingriff_erforderlich handlung_erforderlich fachbetrieb_rufen werkstatt_aufsuchen händler_kontaktieren
    appeler_sav contacter_le_sav appeler_service action_requise intervention_requise intervention_nécessaire
    réarmement_manuel chiamare_assistenza contattare_assistenza intervento_richiesto azione_richiesta
    llamar_al_servicio acción_requerida intervención_necesaria contactar_assistência ação_necessária chamar_técnico
    bel_service bel_installateur actie_vereist
    kontakta_service åtgärd_krävs kontakt_service handling_påkrævet wezwij_serwis ota_yhteyttä_huoltoon volejte_servis
    awaiting_recovery`,
  expired: `
    life_over end_of_service past_due expired worn worn_out exhausted used_up end_of_life eol near_end end_soon
    abgelaufen verschlissen verbraucht erschöpft expiré épuisé scaduto usurato esaurito esaurita caducado gastado
    agotado verlopen versleten utgått sliten utslitt zużyty vencido loppu
    worn_down life_expired lifetime_exceeded life_exceeded end_of_lifetime abgenutzt ausgedient lebensdauer_erreicht
    lebensdauer_überschritten périmé périmée fin_de_vie expirée usurata fine_vita
    desgastado desgastada caducada agotada fin_de_vida esgotado esgotada desgastados fim_de_vida vencida opgebruikt
    einde_levensduur utsliten utgången uttjänt förbrukad utløpt oppbrukt slidt_op udløbet opbrugt udtjent
    zużyta zużyte wyczerpany wyczerpana wygasł koniec_żywotności kulunut vanhentunut käyttöikä_päättynyt opotřebovaný
    opotřebené vypršel vyčerpaný süresi_doldu aşınmış изношен`,
  // What is said of a subject.
  low: `
    liian_matala critical_low critically_low niedriger niedrige low very_low too_low insufficient niedrig zu_niedrig
    zu_gering gering schwach bas basse trop_bas trop_basse faible insuffisant insuffisante basso bassa troppo_basso
    troppo_bassa insufficiente bajo baja demasiado_bajo demasiado_baja insuficiente baixo baixa laag te_laag onvoldoende
    låg lågt för_låg för_lågt lav lavt for_lavt niski niska niskie za_niski za_niskie matala alhainen low_low lolo
    running_low getting_low going_low below_minimum below_limit zu_wenig knapp unterschritten scarso scarsa
    in_esaurimento escaso escasa fraco onder_minimum otillräcklig utilstrekkelig niewystarczający vähissä vähän
    nízký nízká nízké málo düşük низкий низкая низкое мало ultra_low`,
  tooLow: `
    liian_matala liian_alhainen too_low very_low critical_low critically_low insufficient zu_niedrig zu_gering trop_bas
    trop_basse troppo_basso troppo_bassa demasiado_bajo demasiado_baja te_laag för_låg för_lågt for_lavt za_niski
    za_niskie low_low lolo
    zu_klein zu_kalt zu_wenig below_limit below_minimum below_threshold under_limit ultra_low unterschritten trop_petit
    troppo_piccolo demasiado_pequeño demasiado_baixo demasiado_baixa muito_baixo muito_baixa te_klein för_liten för_låga
    for_lav
    za_mały za_mała za_niska příliš_nízký příliš_nízká příliš_nízké çok_düşük слишком_низкий слишком_низкая`,
  tooHigh: `
    liian_korkea too_high very_high critical_high critically_high zu_hoch trop_élevé trop_élevée troppo_alto troppo_alta
    demasiado_alto demasiado_alta te_hoog för_hög för_högt for_høyt za_wysoki za_wysokie high_high hihi
    zu_groß zu_gross zu_heiß zu_heiss zu_warm too_large too_hot trop_grand trop_haut trop_haute trop_chaud troppo_grande
    demasiado_grande muito_alto muito_alta te_groot te_heet för_stor för_stort for_høy for_høj for_højt
    za_wysoka za_duży za_duża příliš_vysoký příliš_vysoká příliš_vysoké çok_yüksek слишком_высокий слишком_высокая
    above_limit above_maximum over_limit above_threshold`,
  // Of a battery.
  weak: `
    weak schwach faible debole débil fraco fraca zwak svag svagt svak słaby słaba heikko slabý slabá zayıf слабый dying
    nearly_dead flat scarica descargada descarregada entladen déchargée urladdat utladet afladet rozładowana tyhjentynyt
    vybitá`,
  // Of what is fitted or measured.
  wrong: `
    wrong incorrect falsch falsche falscher incorrecte mauvais errato errata sbagliato incorrecto incorrecta incorreto
    errado verkeerd onjuist forkert niewłaściwy nieprawidłowy väärä nesprávný yanlış неверный`,
  // Of a part.
  bad: `bad poor_battery`,
  overdue: `overdue due_now past_due expired überfällig scaduta vencida verlopen`,
  badStore: `
    dead foreign unavailable bad degraded failing critical unhealthy crashed suspended unavail faulted incomplete
    unformatted offline`,
  high: `
    critical_high critically_high high very_high too_high hoch zu_hoch élevé élevée trop_élevé trop_élevée trop_haut
    alto alta troppo_alto troppo_alta demasiado_alto demasiado_alta hoog te_hoog hög högt för_hög för_högt høy høyt høj
    højt wysoki wysoka wysokie za_wysoki za_wysokie korkea hi hihi high_high`,
  empty: `
    ran_out has_run_out runs_out leergesaugt prázdný end finished ended empty nearly_empty almost_empty out runout run_out depleted leer vide vuoto
    vuota vacío vacía vazio vazia leeg op tom tomt pusty pusta puste slut tyhjä finito finita terminato
    aufgebraucht ausgegangen fast_leer zu_ende épuisée presque_vide vides quasi_vuoto quasi_esaurito casi_vacío
    casi_vacía quase_vazio acabou bijna_leeg bijna_op nästan_tom nästan_slut nesten_tom næsten_tom prawie_pusty
    lopussa melkein_tyhjä prázdná prázdné došla došel boş bitti пуст пустой пусто закончился`,
  lacking: `
    outage lack lacking lack_of shortage out_of mangel manque manque_de manque_d mancanza mancanza_di manca falta
    falta_de tekort brist mangler saknas fehlt fehlen assenza_di puute no kein keine keinen aucun aucune pas_de pas_d
    nessun nessuna senza sin sem geen ingen inga intet brak sans ei
    absence absence_of absence_de absence_d assenza ausencia ausencia_de ausência ausência_de gebrek_aan tekort_aan
    brist_på mangel_på niedobór brakuje puuttuu nedostatek chybí není žádná žádný yok eksik нет отсутствует
    nenhum nenhuma fehlende fehlender`,
  full: `
    full nearly_full almost_full voll plein pleine pieno piena lleno llena cheio vol fullt fuld pełny pełna täynnä
    randvoll presque_plein pieni piene quasi_pieno casi_lleno cheia quase_cheio bijna_vol fulla nästan_full fulle fyldt
    næsten_fuld pełne prawie_pełny plný plná plné dolu полон переполнен overfull over_full`,
  missing: `
    not_fitted not_fitted_correctly uninstalled nicht_gesteckt chybí missing disconnected absent removed not_installed
    not_inserted not_present not_detected not_connected unplugged not_plugged lost fehlt fehlend entfernt manquant
    manquante retiré mancante assente ausente ontbreekt verwijderd saknas mangler brakuje
    not_in_place not_in_position not_seated not_mounted unmounted dismounted detached taken_out not_attached not_found
    not_plugged_in uninstall out_of_place
    nicht_eingesetzt nicht_eingelegt nicht_vorhanden nicht_erkannt nicht_angeschlossen nicht_verbunden nicht_montiert
    nicht_gefunden herausgenommen abgezogen abgefallen demontiert
    absente non_détecté non_détectée non_connecté non_connectée non_installé débranché débranchée enlevé retirée
    non_rilevato non_rilevata non_inserito non_inserita non_collegato non_collegata scollegato scollegata rimosso
    rimossa
    no_detectado no_detectada no_conectado no_conectada no_instalado desconectado desconectada retirado retirada
    não_detectado não_detetado não_conectado não_instalado removido removida em_falta
    niet_gedetecteerd niet_aangesloten niet_geplaatst niet_gevonden losgekoppeld ej_ansluten inte_ansluten ej_monterad
    borttagen ikke_tilkoblet ikke_montert ikke_funnet fjernet frakoblet ikke_tilsluttet ikke_monteret ikke_fundet
    nie_wykryto niepodłączony niepodłączona nie_podłączono wyjęty odłączony ei_kytketty ei_asennettu puuttuu irrotettu
    nepřipojeno odpojeno vyjmut takılı_değil bağlı_değil не_подключен отсутствует demounted not_charging`,
  blocked: `
    zablokováno bloqueo blocco blockering blocked blockage obstructed obstruction iced frozen covered blinded blockiert versperrt vereist verdeckt
    bloqué bloquée obstrué bloccato bloccata ostruito bloqueado bloqueada geblokkeerd blockerad blokkert blokeret
    zablokowany zablokowana zablokowane jumissa tukossa
    obscured frozen_up zugesetzt zugefroren eingefroren abgedeckt bouché gelé gelée obstruée ostruita ghiacciato
    congelato tapado tapada obstruida obstruído obstruída congelado bevroren afgedekt blockerat blockerade igenfrusen
    blokkerte tildekket blokerede tildækket zasłonięty zamarznięty zatkany zatkane estynyt jäätynyt peitetty zamrzlý
    zakrytý engellendi bloke заблокирован замерз`,
  dirty: `
    dirty fouled soiled contaminated saturated calcified scaled verschmutzt dreckig verkalkt encrassé encrassée sale
    colmaté entartré sporco sporca sucio sucia vuil vervuild smutsig smutsigt tilsmusset skitten brudny zabrudzony
    zabrudzona likainen sujo
    dusty sooty limescale scaled_up fouling greasy verunreinigt verstaubt verrußt schmutzig souillé entartrée colmatée
    poussiéreux incrostato sporchi calcificado suja contaminado vervuilde förorenad igenkalkad smutsiga
    tilsmudset snavset forurenset brudne zakamieniony zanieczyszczony likaiset kalkkeutunut špinavý znečištěný zanesený
    kirli грязный загрязнен`,
  lost: `
    lost loss loss_of failed failure fail missing outage blackout dead interrupted verloren ausgefallen unterbrochen
    perdu perdue coupé persa perso perdido perdida weg uitgevallen förlorad mistet tapt utracony utracona utrata zanik
    manque
    dropout interruption collapsed verlust weggefallen abgerissen perte perte_de coupure coupée interrompu interrompue
    perdita_di persi interrotto interrotta caduta_di pérdida pérdida_de interrumpido interrumpida cortado corte_de perda
    perda_de interrompido
    verlies uitval verbroken onderbroken förlust bortfall avbruten tappad brutt udfald afbrudt utracono przerwany
    przerwana katkennut menetetty katkos ztráta výpadek přerušeno ztraceno kesildi kesinti потеря потерян потеряна обрыв
    cut`,
  down: `
    down offline failed dead unreachable
    not_responding`,
  outside: `
    outside_range outside_limits invalid out_of_range out_of_limits out_of_limit out_of_bounds out_of_spec abnormal
    ausserhalb hors_limites fuori_limite fuera_de_rango
    below_range above_range beyond_range under_range over_range ausserhalb_des_bereichs hors_plage fuori_range
    fora_de_faixa buiten_bereik utanför_område utenfor_område uden_for_område poza_zakresem alueen_ulkopuolella
    mimo_rozsah`,
  erring: `
    fault trouble error fehler störung défaut guasto fallo avería fout storing fel feil fejl błąd vika
    anomalie anomalia störfall fehlfunktion awaria usterka erro falha falla fallas falhas chyba závada arıza hata ошибка`,
  unregistered: `
    not_registered unregistered denied registration_denied rejected registration_failed`,
  simLocked: `
    puk sim_puk puk_required puk_locked sim_not_inserted no_sim sim_error sim_failure`,
  unready: `not_ready disconnected`,
  late: `timed_out timeout`,
  missingSensor: `not_found not_detected no_response`,
  open: `
    afbrudt avbruten brutt open open_circuit break broken offen unterbrochen ouvert aperto abierto open_wire cut
    unterbrechung interrotto interrotta coupé cortado avbrott brudd brud przerwa katkos přerušen přerušeno обрыв`,
  // Of what must be shut while a machine runs.
  opened: `
    open opened offen geöffnet ouvert ouverte aperto aperta abierto abierta aberto aberta geopend öppen öppet åpen åpent
    åben åbent otwarty otwarta otwarte auki avoin otevřený otevřeno otevřená açık открыт открыта`,
  short: `short shorted`,
  reversed: `
    reversed reversal reverse inverted wrong incorrect
    swapped crossed vertauscht verpolt verdreht inversé inversée invertito invertita invertido invertida omgekeerd
    omvänd omvendt odwrócony odwrócona falsch falsche verkeerd mauvais errato forkert přehozené ters`,
  needed: `
    recommended empfohlen recommandé consigliata recomendado aanbevolen required needed necessary due overdue due_now
    fällig überfällig erforderlich nötig notwendig requis requise nécessaire à_faire richiesto richiesta necessario
    necessaria requerido requerida necesario necesaria nodig vereist krävs behövs kreves påkrevd påkrævet nødvendig
    wymagany wymagana wymagane potrzebny tarvitaan
    pending durchführen durchzuführen steht_an anstehend à_effectuer à_prévoir da_effettuare pendiente pendente
    necessário necessária noodzakelijk vereiste behöver erfordras trengs krævet konieczna konieczny konieczne potrzebna
    wymaga vaaditaan tarpeen
    nutný nutná nutné vyžadován potřeba gerekli gerekiyor требуется необходимо необходима`,
  replace: `
    überprüfen kontrollieren contrôler controllare comprobar controleren tarkista kontrollera replace change exchange
    clean check inspect wechseln tauschen ersetzen reinigen prüfen säubern changer remplacer nettoyer vérifier cambiare
    sostituire pulire cambiar reemplazar limpiar vervangen byt bytt skift rengör rens wymień wyczyść sprawdź vaihda
    puhdista
    renew reseat tighten lubricate erneuern austauschen auswechseln entkalken nachziehen schmieren remplacez nettoyez
    contrôlez vérifiez changez détartrer sostituisci pulisci controlla verificare sustituir reemplace limpie compruebe
    revise revisar
    substituir trocar limpar verificar vervang reinig controleer byta rengjør sjekk udskift rengør tjek wymienić
    wyczyścić sprawdzić vaihtaa puhdistaa vyměňte vyměnit vyčistěte vyčistit zkontrolujte değiştirin temizleyin замените
    очистите проверьте`,
  fill: `
    fill refill add nachfüllen auffüllen füllen remplir riempire aggiungere rellenar llenar añadir bijvullen fyll
    fyll_på påfyllning etterfyll uzupełnij täytä fill_up top_up
    replenish befüllen nachlegen remplissez rajouter riempi aggiungi reponer encher reabastecer navullen vul fylla
    tillsätt påfyld fyld dolej dosyp uzupełnić lisää doplňte doplnit doldurun долейте добавьте`,
  emptyIt: `
    empty leeren entleeren entaschen vider svuotare vaciar legen töm tøm opróżnij tyhjennä
    videz svuota esvaziar leegmaken opróżnić vyprázdněte boşaltın`,
  ajar: `
    not_fully_locked overtime ajar held_open left_open open_too_long forced forced_open not_closed not_fully_closed
    not_locked
    not_shut not_latched nicht_geschlossen nicht_verriegelt mal_fermé mal_fermée non_chiuso non_chiusa mal_cerrada
    mal_fechada niet_gesloten inte_stängd ikke_lukket nie_zamknięte nezavřeno`,
  // Passed by what is measured.
  exceeded: `
    exceeded überschritten dépassé dépassée superato superata superado overschreden
    überschreitung dépassement superamento overskredet överskriden przekroczono ylitetty překročeno limit_exceeded`,
  unlocked: `unlocked not_locked`,
  // Before why.
  halted: `
    stopped halted gestoppt angehalten arrêté arrêtée fermato fermata arrestato detenido detenida parado parada gestopt
    stoppad stoppet stoppat zatrzymany zatrzymana pysäytetty zastaveno durduruldu остановлен`,
  // Between these and a part stands why it waits.
  paused: `paused pausiert`,
  trying: `fail failed failure unable cannot fails`,
} as const;
