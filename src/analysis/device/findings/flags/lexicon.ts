/**
 * What words say of a thing's trouble, one line a sense, in the languages that machines speak: English, German, French, Italian,
 * Spanish, Portuguese, Dutch, the Nordic ones, Polish. Senses of one word may be several; `_` joins words that belong together.
 * How senses make trouble together stands in `phrases.ts`.
 */
import { folded, UMLAUTS } from "../../names.ts";

export const SENSES = {
  // Trouble by itself, of whatever it is said.
  broken: `
    non_riuscita non_riuscito fehlgeschlagen durchgebrannt ausfall ausgefallen fehlzündung zündfehler doorgebrand défaillante grillé bruciato fundido defect panne havari häiriö porucha závada vadný spálená spálený spalony mislukt non_operational fail air_in_line blocco_caldaia blocco_bruciatore blocco_pompa
    blocco_stufa mancata_accensione in_blocco broken defective faulty faulted malfunction
    malfunctioning malfunctioned damaged burnt burnt_out blown nok not_ok inoperative
    inoperable ruptured torn out_of_order failed failure wire_break breakage burnout derailed
    burned_out not_working not_functioning not_operational iced_up defekt defekte kaputt
    gestört beschädigt gerissen drahtbruch fühlerbruch sensorbruch kabelbruch leitungsbruch
    rohrbruch funktioniert_nicht nicht_betriebsbereit en_panne hors_service défectueux
    défectueuse défaillant cassé endommagé ne_fonctionne_pas guasto guasta rotto difettoso
    danneggiato fuori_servizio non_funziona averiado averiada roto defectuoso dañado
    fuera_de_servicio no_funciona avariado avariada danificado fora_de_serviço feilet kapot
    stuk beschadigd buiten_gebruik buiten_werking werkt_niet trasig trasigt ur_funktion
    ur_drift ute_av_funktion ute_av_drift ødelagt virker_ikke fungerar_inte uszkodzony
    uszkodzona zepsuty nie_działa rikki viallinen`,
  stuck: `
    zablokováno zaseknuto bolt_jammed motor_stuck clog obstacle jam jammed stuck stall stalled clogged seized choked occlusion occluded
    entangled wedged trapped entrapment rotor_locked locked_rotor verklemmt verstopft
    festgefahren steckt_fest papierstau coincé bourrage inceppato inceppata inceppamento
    intasato incastrato atascado atascada atasco obstruido vastgelopen verstopt fastnat
    papperstrassel papirstopp sitter_fast sidder_fast zacięty zacięcie`,
  leak: `
    únik leak leaks leaking leakage burst backflow leck leckage undicht wasseraustritt fuite
    fuga_de_agua perdita_acqua perdita_d_acqua lekkage läckage läcka lekkasje lækage wyciek
    fuga`,
  protected: `
    bus_aus bus_off stopped_by_safety stopped_by_alarm off_by_alarm gfi_tripped přehřátí přetížení inverter_trip overflow torque_exceeded over_range thermal_runaway undervolt overvolt overcurr overload overloaded overheat overheated
    overheating overcurrent overvoltage undervoltage overtemperature overtemp overpressure
    overspeed overtorque overtravel overdrive underload undercurrent under_voltage
    over_voltage over_current over_temperature over_temp over_pressure over_speed over_load
    over_heat over_heated over_heating over_torque over_travel over_drive under_load
    under_current under_temperature undertemperature over_volt under_volt overweight
    over_weight over_power overfrequency over_frequency underfrequency under_frequency
    thermal_shutdown thermal_trip thermal_cutout protective_stop safeguard_stop safety_stop
    bus_off dry_run_detected dry_running running_dry boil_dry dry_boil pump_dry limp_mode
    limp_home übertemperatur überhitzt überhitzung überlast überlastet überlastung überstrom
    überspannung unterspannung überdrehzahl überdruck trockenlauf sicherheitsabschaltung
    notabschaltung störabschaltung surchauffe surcharge surtension surintensité sous_tension
    surpression sovratemperatura surriscaldamento sovraccarico sovratensione sovracorrente
    sovrapressione sobretemperatura sobrecalentamiento sobrecarga sobretensión sobrecorriente
    sobrepresión sobreaquecimento oververhit oververhitting overbelast overbelasting
    overspanning overstroom przegrzanie przeciążenie przepięcie przegrzany överhettad
    överhettning överlast överspänning overopphetet overopphetning overophedet overophedning
    overbelastet overbelastning ylikuumeneminen ylikuormitus ylikuumentunut protection_stop`,
  tripped: `
    tripped trip lockout lock_out locked_out cutout cut_out ausgelöst déclenché scattato
    disparado utlöst utløst zadziałał lauennut`,
  shorted: `
    corto_circuito zkrat lead_off leads_off probe_off short_circuit short_circuited shorted earth_fault ground_fault arc_fault arcfault
    kurzschluss erdschluss körperschluss court_circuit cortocircuito kortsluiting aardfout
    kortslutning kortslutet zwarcie oikosulku curto_circuito welded weld open_circuit
    open_loop broken_wire`,
  unanswering: `
    keine_rückmeldung no_feedback ei_yhteyttä keine_reichweite out_of_reach not_communicating communication_issue communication_failure connection_issue nocomm no_comm
    not_communicating unreachable unresponsive not_responding not_reachable no_response
    no_reply no_answer no_communication no_comms comm_lost comms_lost communication_lost
    connection_lost link_lost lost_contact timed_out unerreichbar nicht_erreichbar
    keine_antwort keine_verbindung keine_kommunikation injoignable pas_de_réponse
    non_raggiungibile nessuna_risposta sin_respuesta sin_comunicación onbereikbaar
    niet_bereikbaar geen_antwoord svarar_inte svarer_ikke brak_odpowiedzi brak_komunikacji
    brak_łączności ei_vastaa sem_resposta`,
  stopped: `
    estop e_stop emergency_stop emergency_stopped notaus not_aus nothalt not_halt
    arrêt_urgence arrêt_d_urgence parada_emergencia parada_de_emergencia arresto_emergenza
    arresto_di_emergenza noodstop nödstopp nødstopp nødstop stop_awaryjny hätäseis
    emergency_button paragem_de_emergência`,
  tampered: `
    tamper tampered tampering sabotage sabotaged tampered_with cover_opened_by_force
    aufgebrochen`,
  unwell: `
    sensor_blind camera_blind lens_blind not_redundant redundancy_lost no_redundancy reversed_polarity wrong_flow_direction no_filament too_little_movement too_much_movement tilt_detected service_request not_fully_locked active_alarms with_no_flow anomalous_operation uncalibrated not_calibrated unscheduled_down unscheduled_downtime failure_predicted
    predictive_failure predicted_failure water_in_fuel water_in_oil water_ingress
    image_too_blurry image_too_dark image_too_bright off_spec end_of_service outside_wire
    outside_boundary outside_working_area outside_perimeter degraded unhealthy anomaly
    anomalous excursion out_of_spec out_of_specification out_of_tolerance upside_down
    turned_over overturned rolled_over tipped_over collision crashed lost_localization
    not_synchronized not_synchronised failsafe fail_safe imbalance unbalanced misaligned
    misalignment derated lifted_off unwucht unbalanced_load load_unbalanced déséquilibre
    sbilanciamento cavitation`,
  // States of a machine; as names of flags they may be anything.
  plight: `
    dry_run sold_out lockout locked_out awaiting_recovery no_sensor no_probe no_rotor no_magnet frozen anormal anormale anomalo abort permanent_fault incorrect_device safe_mode safemode aborted aborting offnormal
    off_normal danger dangerous not_in_auto crashed halted_by_error blocked_by_error tripped
    abnormal reversed attention`,
  // Somebody shall come.
  wanting: `
    needs_cleaning needs_service manual_startup_required manual_restart_required manual_reset_required inst_rufen installateur_rufen kundendienst_rufen call_service call_for_service contact_service vaihda_nyt jetzt_wechseln needs_calibration calibration_required replace_immediately replace_now action_required attention_required intervention_required
    user_intervention_required needs_attention need_attention requires_attention service_now
    see_service entretien_urgent`,
  expired: `
    life_over end_of_service past_due expired worn worn_out exhausted used_up end_of_life eol
    near_end end_soon abgelaufen verschlissen verbraucht erschöpft expiré épuisé scaduto
    usurato esaurito esaurita caducado gastado agotado verlopen versleten utgått sliten
    utslitt zużyty vencido loppu`,
  // What is said of a subject.
  low: `
    liian_matala critical_low critically_low niedriger niedrige low very_low too_low insufficient niedrig
    zu_niedrig zu_gering gering schwach bas basse trop_bas trop_basse faible insuffisant
    insuffisante basso bassa troppo_basso troppo_bassa insufficiente bajo baja demasiado_bajo
    demasiado_baja insuficiente baixo baixa laag te_laag onvoldoende låg lågt för_låg för_lågt
    lav lavt for_lavt niski niska niskie za_niski za_niskie matala alhainen low_low lolo`,
  tooLow: `
    liian_matala liian_alhainen too_low very_low critical_low critically_low insufficient zu_niedrig zu_gering trop_bas
    trop_basse troppo_basso troppo_bassa demasiado_bajo demasiado_baja te_laag för_låg
    för_lågt for_lavt za_niski za_niskie low_low lolo`,
  tooHigh: `
    liian_korkea too_high very_high critical_high critically_high zu_hoch trop_élevé trop_élevée
    troppo_alto troppo_alta demasiado_alto demasiado_alta te_hoog för_hög för_högt for_høyt
    za_wysoki za_wysokie high_high hihi`,
  overdue: `overdue due_now past_due expired überfällig scaduta vencida verlopen`,
  badStore: `
    dead foreign unavailable bad degraded failing critical unhealthy crashed suspended unavail faulted incomplete
    unformatted offline`,
  high: `
    critical_high critically_high high very_high too_high hoch zu_hoch élevé élevée trop_élevé
    trop_élevée trop_haut alto alta troppo_alto troppo_alta demasiado_alto demasiado_alta hoog
    te_hoog hög högt för_hög för_högt høy høyt høj højt wysoki wysoka wysokie za_wysoki
    za_wysokie korkea hi hihi high_high`,
  empty: `
    leergesaugt prázdný end finished ended empty nearly_empty almost_empty out runout run_out depleted leer vide vuoto
    vuota vacío vacía vazio vazia leeg op tom tomt pusty pusta puste slut tyhjä finito finita
    terminato`,
  lacking: `
    outage lack lacking lack_of shortage out_of mangel manque manque_de manque_d mancanza
    mancanza_di manca falta falta_de tekort brist mangler saknas fehlt fehlen assenza_di puute
    no kein keine keinen aucun aucune pas_de pas_d nessun nessuna senza sin sem geen ingen
    inga intet brak sans ei`,
  full: `
    full nearly_full almost_full voll plein pleine pieno piena lleno llena cheio vol fullt
    fuld pełny pełna täynnä`,
  missing: `
    not_fitted not_fitted_correctly uninstalled nicht_gesteckt chybí missing disconnected absent removed not_installed not_inserted not_present not_detected
    not_connected unplugged not_plugged lost fehlt fehlend entfernt manquant manquante retiré
    mancante assente ausente ontbreekt verwijderd saknas mangler brakuje`,
  blocked: `
    zablokováno blocked blockage obstructed obstruction iced frozen covered blinded blockiert
    versperrt vereist verdeckt bloqué bloquée obstrué bloccato bloccata ostruito bloqueado
    bloqueada geblokkeerd blockerad blokkert blokeret zablokowany zablokowana zablokowane
    jumissa tukossa`,
  dirty: `
    dirty fouled soiled contaminated saturated calcified scaled verschmutzt dreckig verkalkt
    encrassé encrassée sale colmaté entartré sporco sporca sucio sucia vuil vervuild smutsig
    smutsigt tilsmusset skitten brudny zabrudzony zabrudzona likainen sujo`,
  lost: `
    lost loss loss_of failed failure fail missing outage blackout dead interrupted verloren
    ausgefallen unterbrochen perdu perdue coupé persa perso perdido perdida weg uitgevallen
    förlorad mistet tapt utracony utracona utrata zanik manque`,
  down: `down offline failed dead unreachable`,
  outside: `
    outside_range outside_limits invalid out_of_range out_of_limits out_of_limit out_of_bounds
    out_of_spec abnormal ausserhalb hors_limites fuori_limite fuera_de_rango`,
  erring: `
    fault trouble error fehler störung défaut guasto fallo avería fout storing fel feil fejl
    błąd vika`,
  unregistered: `
    not_registered unregistered denied registration_denied rejected registration_failed`,
  simLocked: `puk sim_puk puk_required puk_locked sim_not_inserted no_sim sim_error sim_failure`,
  unready: `not_ready disconnected`,
  late: `timed_out timeout`,
  missingSensor: `not_found not_detected no_response`,
  open: `
    afbrudt avbruten brutt open open_circuit break broken offen unterbrochen ouvert aperto abierto open_wire cut`,
  short: `short shorted`,
  reversed: `reversed reversal reverse inverted wrong incorrect`,
  needed: `
    recommended empfohlen recommandé consigliata recomendado aanbevolen required needed necessary due overdue due_now fällig überfällig erforderlich nötig
    notwendig requis requise nécessaire à_faire richiesto richiesta necessario necessaria
    requerido requerida necesario necesaria nodig vereist krävs behövs kreves påkrevd påkrævet
    nødvendig wymagany wymagana wymagane potrzebny tarvitaan`,
  replace: `
    überprüfen kontrollieren contrôler controllare comprobar controleren tarkista kontrollera replace change exchange clean check wechseln tauschen ersetzen reinigen prüfen säubern
    changer remplacer nettoyer vérifier cambiare sostituire pulire cambiar reemplazar limpiar
    vervangen byt bytt skift rengör rens wymień wyczyść sprawdź vaihda puhdista`,
  fill: `
    fill refill add nachfüllen auffüllen füllen remplir riempire aggiungere rellenar llenar
    añadir bijvullen fyll fyll_på påfyllning etterfyll uzupełnij täytä fill_up top_up`,
  emptyIt: `empty leeren entleeren entaschen vider svuotare vaciar legen töm tøm opróżnij tyhjennä`,
  ajar: `
    not_fully_locked overtime ajar held_open left_open open_too_long forced forced_open
    not_closed not_fully_closed not_locked not_fully_locked`,
  // What it is said of: what is used up.
  supply: `
    credit balance guthaben chlor chlorbehälter behälter pelletslager pelletlager lager fluid_level ph_tank orp_tank media staple staples cup cups marker marker_supply nutrients wood_pellets tray magazine
    supplies ice_bin salt ink toner paper filament label labels ribbon pellet pellets food
    kibble litter bean beans milk detergent softener rinse_aid soap acid chlorine bromine
    chemical chemicals fertilizer fertiliser nutrient fuel wood reagent fragrance reservoir
    hopper canister cartridge oil coolant lubricant lube grease refrigerant adblue def
    washer_fluid brake_fluid fluid clean_water fresh_water water_tank water_box ato feed
    diesel propane lpg glycol seed seeds bait medication medicine consumable consumables
    change salz tinte papier pelletlager brennstoff opal futter klarspüler bohnen milch
    kältemittel kühlmittel öl wassertank frischwasser frischwassertank papierfach streu
    waschmittel frostschutz sel encre granulés combustible bois huile produit liquide
    réservoir trémie silo sale inchiostro carta combustibile olio detersivo serbatoio sal
    tinta papel aceite gasolina detergente depósito tolva óleo zout inkt olie brandstof
    waterreservoir watertank papper papir olja bränsle vattentank vanntank vandtank olje
    drivstoff sól paliwo paliwa pelletu opału olej zbiornik zasobnik tusz sóli soli suola`,
  // What flows; a river may be low.
  fluid: `
    water air gas wasser luft druckluft eau gaz acqua aria agua aire lucht vatten vann vand
    woda wody vesi água hydraulic hydraulic_oil suction`,
  // What is filled by what is thrown away.
  waste: `
    water_container burn_cup milk_jar bin dustbin dust_bin dust_box dustbox dust_bag dust_container waste waste_tank waste_water
    waste_bin waste_bag dirty_water dirty_water_tank dirty_water_box wastewater drip_tray
    grounds coffee_grounds cash_box cashbox coin_box waste_drawer drawer bucket ash ash_box
    ash_pan ash_drawer ashpan sludge lint lint_filter fire_pot burn_pot brazier condensate
    stacker asche aschebox aschenbox aschelade aschekasten auffangschale tropfschale
    satzschale satzbehälter tresterbehälter abfall abfallbehälter staubbehälter staubbox
    schmutzwasser schmutzwassertank kondensat kondensatbehälter cendrier bac tiroir
    tiroir_à_cendres poubelle cenere cassetto vaschetta cestello braciere cenicero bandeja
    aslade opvangbak stofbak popielnik pojemnik palnik kessel ofen brenner`,
  // What data is kept on.
  store: `
    hashboard hashboards vdev vol array_status log event_log raid array pool volume zpool drive drives disks disk memory storage flash sd
    sdcard sd_card fs filesystem emmc hdd ssd festplatte speicherkarte log_storage`,
  // What may be dirty, blocked or due for a change.
  part: `
    stream video_stream weight mot schlauchsystem verdichter kompressor verdampfer čerpadlo cerpadlo concentrator desiccant motor pump fan wheel wheels brush nozzle valve filter filters lens sensor
    sensors probe rotor impeller funnel flap feeder auger conveyor optics bumper cliff
    cliff_sensor camera lidar laser radar spindle belt tube inlet outlet drain vent airflow
    shaft gate compressor actuator damper bearing winding seal gearbox tool extruder hotend
    bed blade blades knife cutter antenna drum fuser cell electrode membrane anode lamp bulb
    uv_lamp battery batteries heater element module card sim tank bag dustbag mop pad cover
    lid door drawer water_tank water_box dust_bin dust_box bin dustbin cartridge bonnet
    detector chamber window main_brush side_brush path wheel_motor screen intake exhaust coil
    condenser evaporator igniter electrodes burner boiler grate track rail chute hose pipe
    line channel gauge collector heatsink radiator fan_filter air_filter oil_filter hepa
    hepa_filter drum_unit magazine tray feed_roller roller pumpe lüfter gebläse ventil düse
    fühler sonde rad bürste klappe förderschnecke schnecke luftfilter zuluftfilter
    abluftfilter sieb wärmetauscher linse kamera lampe batterie akku bürsten pompe ventilateur
    filtre vanne capteur brosse roue buse pompa ventola ventilatore filtro valvola sensore
    spazzola ruota bomba ventilador válvula rueda cepillo ventilator klep borstel wiel pomp
    fläkt givare vifte føler pumppu suodatin wentylator czujnik filtr zawór szczotka`,
  wayOut: `wan uplink internet backhaul ppp lte cellular`,
  reached: `
    bms boiler modbus plc_link rf_link generator générateur gateway comm comms device slave plc controller station rtu meter inverter charger node module
    fieldbus bus`,
  flowing: `
    flow airflow water_flow durchfluss strömung débit flusso caudal débito doorstroming flöde
    przepływu`,
  chip: `bme bmp sht dht scd sgp ccs tsl bh ds am htu aht mhz pms sds veml ina ads mcp rtc`,
  zoneLike: `zone station siren keypad panel lid cover enclosure housing`,
  // What has to be in its place.
  fitted: `
    dust_bin dustbin dust_box dustbox bin dustbag dust_bag tank water_tank water_box bucket
    cartridge bonnet drawer filter drum tray tool cover lid blade blades brush magazine sensor
    probe sensors fan disk antenna drip_tray`,
  registration: `registration reg creg cereg registration_status network_registration`,
  sim: `sim sim_card`,
  readiness: `health readiness`,
  // What connects.
  link: `
    redundancy telegrammen control_pilot cp profinet profibus ethercat canopen communication comms comm connection link signal
    heartbeat sync echo carrier gps gnss telemetry rc localization localisation tracking
    encoder feedback bus fieldbus network internet uplink wan backhaul modbus can bms lock
    telegram fieldbus_communication loop_signal wire_signal perimeter_signal wire video
    picture slave node phase neutral pilot flame ignition reference video_signal supervision
    kommunikation verbindung liaison connexion comunicazione connessione segnale conexión
    comunicación señal communicatie verbinding signaal kommunikasjon förbindelse łączność
    komunikacja sygnał płomienia flamme fiamma llama flamma kontakt`,
  // What feeds.
  mains: `
    ac ac_power ac_input mains mains_power grid grid_power utility utility_power supply power
    power_supply line_power shore_power netz netzspannung netzstrom strom spannung
    spannungsversorgung secteur alimentation tension rete tensione alimentazione red tensión
    alimentación net netspanning voeding ström spänning strøm nettspenning zasilania zasilanie
    napięcia sähkö`,
  // What has to be there.
  wished: `
    masse erde erdung pressure vacuum flame ignition ground earth pulses circulation response
    pilot loop wire pe neutral echo signal communication input picture video druck pression
    pressione presión druk tryck ciśnienia phase`,
  // What is measured.
  measure: `
    adc moisture soil_moisture drehmoment torque laufzeit paine position pv value process_value signal measurement input frequency temperature temp
    pressure level flow airflow voltage volt current vibration conductivity insulation
    isolation insulation_resistance redox orp pressure_level druck wasserdruck öldruck
    anlagendruck systemdruck temperatur füllstand spannung durchfluss pression pression_d_eau
    température niveau pressione temperatura livello presión nivel caudal waterdruk druk
    temperatuur tryck vattentryck oljetryck nivå flöde trykk vanntrykk vandtryk ciśnienie
    poziom`,
  pressure: `
    paine pressure druck wasserdruck öldruck anlagendruck systemdruck pression pressione presión
    waterdruk tryck vattentryck oljetryck trykk vanntrykk vandtryk ciśnienie`,
  cabled: `valve output`,
  wire: `
    sensor probe wire cable loop thermocouple thermistor rtd ntc ptc pt circuit coil winding
    load string heater element solenoid antenna lead conductor line fühler sonde leitung kabel
    capteur sonda givare føler`,
  door: `
    door gate lid cover hood bonnet latch drawer hatch tür deckel klappe haube porte couvercle
    porta sportello puerta tapa deur deksel dörr lucka dør luke drzwi pokrywa`,
  care: `
    maintenance service cleaning calibration repair replacement descaling refill inspection
    regeneration servicing overhaul backwash verification wartung reinigung entkalkung
    kalibrierung filterwechsel entretien nettoyage détartrage étalonnage révision manutenzione
    pulizia taratura decalcificazione mantenimiento limpieza calibración revisión manutenção
    limpeza onderhoud reiniging ontkalking kalibratie underhåll rengöring vedlikehold
    rengjøring filterbyte filterbyt vedligeholdelse serwis przegląd czyszczenie huolto`,
  paper: `
    certificate cert licence license subscription token key filter calibration verification
    warranty`,
  protection: `
    freezestat aquastat gfi breaker fuse rcd rcbo mcb gfci rcd_breaker overload thermostat limiter stb interlock
    safety protection pressure_switch high_limit thermal thermic freeze frost antifreeze
    flow_switch motorschutz motorschutzschalter sicherung schutzschalter fi disjoncteur
    fusible interruttore differenziale magnetotermico fusibile interruptor magnetotérmico
    zekering säkring jordfelsbrytare sikring bezpiecznik wyłącznik motor compressor pump fan
    drive ignition burner boiler heater circuit channel relay temp temperature pressure level
    vibration overspeed switch high_pressure low_pressure`,
  contact: `relay contactor contact contacts contactors relays schütz`,
  // May stand after the trouble in a name: `leak_alarm_active`.
  ending: `
    alm indication indicator received empfangen ontvangen reçu ricevuto shutdown alarm fault error detected active flag state status condition event indicator
    triggered present warning alert activated engaged pressed raised occurred now aktiv
    erkannt meldung störung stoerung fehler aktywny actif attivo activo actief oppdaget
    upptäckt wykryty rilevata détectée gedetecteerd festgestellt on code`,
  // May stand between what is said and its subject.
  binding: `
    dell della dello delle degli circuit container compartment sul sur on_fail on_failure on_error sequence rotation order is are the please of to at in for with
    has have very too almost nearly still bitte ist sind le la les el il l d de di du des en
    zum der die das main left right front rear upper lower inner outer side and or level tank
    box pressure air water oil dust total system number unit`,
  trying: `fail failed failure unable cannot fails`,
  denying: `
    no not non kein keine keinen keiner ohne nicht aucun aucune pas sans nessun nessuna senza
    sin sem geen zonder niet ingen inga utan uten ikke inte brak bez nie none ei without free
    never`,
  // Passed by what is measured.
  exceeded: `exceeded überschritten dépassé dépassée superato superata superado overschreden`,
  // Between these and a part stands why it waits.
  paused: `paused pausiert`,
  // Each must have its wire.
  conductor: `phase phases neutral earth ground pe erdung masse`,
  // Of it nothing is heard where another of them is.
  apparatus: `
    chain slave plc controller rtu meter inverter node module bms boiler modbus generator générateur
    gateway`,
  unlocked: `unlocked not_locked`,
  lockedLoop: `pll xpic`,
  // A base that a robot comes home to.
  dock: `dock docking_station charging_station base_station ladestation station_de_charge`,
  // Without one of these a machine does nothing.
  mustBe: `
    dust_bin dustbin dust_box dust_bag bin water_tank water_box filter drum rotor brush cartridge
    staubbehälter staubbox`,
  // Ends what is denied: "not charging because of overheating".
  because: `
    wegen aufgrund durch because due_to because_of cause por par per vanwege door på_grund_av
    przez`,
  // Says that all is well, or well again.
  well: `
    waiting release released canceled cancelled complete completed accomplished updated emptied
    recovered corrected report returning_to_dock returning_to_charge pump_off ok okay good normal fine healthy clear
    cleared resolved reset acknowledged restored behoben quittiert résolu risolto resuelto
    opgelost passed repaired`,
} as const;

/** A sense of a word, by what it makes of a phrase. */
export type Sense = keyof typeof SENSES;

/** More words in a row than this are no entry. */
export const LONGEST_ENTRY = 4;

/** What makers leave out of the names in their programs: the ring of `låg` and the stroke of `przepływ`. */
const LETTERS = { ...UMLAUTS, å: "a", ł: "l" };

/** A word as it stands here: `Störung` is `stoerung`, `låg` is `lag`. */
export function foldedWord(text: string): string {
  return folded(text, LETTERS);
}

const senses = new Map<string, Set<Sense>>();
for (const [sense, words] of Object.entries(SENSES)) {
  for (const word of foldedWord(words).trim().split(/\s+/)) {
    const known = senses.get(word) ?? new Set();
    known.add(sense as Sense);
    senses.set(word, known);
  }
}

const NONE: ReadonlySet<Sense> = new Set();

/** What a word, or several joined by `_`, may mean; folded. */
export function sensesOf(word: string): ReadonlySet<Sense> {
  return senses.get(word) ?? NONE;
}
