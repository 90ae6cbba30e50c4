/** Words for what trouble is told of, and for what binds a phrase. How they are written: see `lexicon.ts`. */
export const THINGS = {
  // What it is said of: what is used up.
  supply: `
    label_roll paper_roll credit balance guthaben chlor chlorbehälter behälter pelletslager pelletlager lager fluid_level ph_tank orp_tank
    media staple staples cup cups marker marker_supply nutrients wood_pellets tray magazine supplies ice_bin salt ink
    toner paper filament label labels ribbon pellet pellets food kibble litter bean beans milk detergent softener
    rinse_aid soap acid chlorine bromine chemical chemicals fertilizer fertiliser nutrient fuel wood reagent fragrance
    reservoir hopper canister cartridge oil coolant lubricant lube grease refrigerant adblue def washer_fluid
    brake_fluid fluid clean_water fresh_water water_tank water_box ato feed diesel propane lpg glycol seed seeds bait
    medication medicine consumable consumables change salz tinte papier brennstoff opal futter klarspüler bohnen milch
    kältemittel kühlmittel öl wassertank frischwasser frischwassertank papierfach streu waschmittel frostschutz sel
    encre granulés combustible bois huile produit liquide réservoir trémie silo sale inchiostro carta combustibile olio
    detersivo serbatoio sal tinta papel aceite gasolina detergente depósito tolva óleo zout inkt olie brandstof
    waterreservoir watertank papper papir olja bränsle vattentank vanntank vandtank olje drivstoff sól paliwo paliwa
    pelletu opału olej zbiornik zasobnik tusz sóli soli suola
    coffee coffee_beans sugar syrup cocoa tape glue resin powder film foil sanitizer disinfectant shampoo tissue
    toilet_paper paper_towel oxygen nitrogen helium argon solvent paint additive urea antifreeze petrol heating_oil
    fuel_oil wood_chips woodchips coal briquettes descaler cleaning_solution cleaning_liquid distilled_water electrolyte
    coins banknotes receipt_paper reagents buffer_solution calibration_gas pipette_tips test_strips spool gas_bottle
    gas_cylinder insulin saline dialysate hay concentrate_feed silage wiper_fluid screenwash ink_cartridge
    toner_cartridge
    kartusche patrone patronen etiketten papierrolle seife desinfektionsmittel kaffee kaffeebohnen zucker schmieröl
    schmierstoff hydrauliköl motoröl heizöl hackschnitzel hackgut brennholz kohle pelletbehälter kraftfutter saatgut
    dünger wischwasser bremsflüssigkeit kühlwasser kühlflüssigkeit flockmittel säure lauge säurebehälter kanister
    reagenz kraftstoff benzin gasflasche regeneriersalz entkalker reinigungsmittel wechselgeld säuretank
    cartouche cartouches café grains sucre lait lessive adoucissant carburant gasoil fioul mazout charbon huile_moteur
    liquide_de_frein liquide_de_refroidissement lave_glace acide chlore brome engrais semences croquettes litière
    nourriture réactif réservoir_d_eau bouteille_de_gaz
    caffè chicchi latte zucchero brillantante gasolio benzina legna acido cloro fertilizzante mangime cibo lettiera
    cartuccia etichette sapone serbatoio_acqua bombola reagente
    cartucho etiquetas azúcar leche suavizante abrillantador gasóleo leña carbón ácido abono fertilizante pienso comida
    jabón refrigerante líquido tanque_de_agua bombona reactivo
    açúcar leite amaciador combustível lenha carvão adubo ração sabão reservatório koffie koffiebonen melk suiker
    wasmiddel spoelmiddel zeep inktcartridge benzine houtpellets kolen koelvloeistof remvloeistof zuur chloor kunstmest
    voer ruitensproeiervloeistof smeermiddel
    kaffe kaffebönor mjölk socker tvättmedel sköljmedel spolglans bläck etiketter bensin kylvätska bromsvätska
    spolarvätska smörjmedel syra klor gödsel foder kattsand kaffebønner sukker vaskemiddel skyllemiddel blekk kjølevæske
    bremsevæske spylervæske syre gjødsel mælk blæk brændstof brænde træpiller kølervæske sprinklervæske gødning
    kawa kawy mleka mleko cukier detergentu płyn papieru tuszu toneru drewno węgiel oleju kwas karma żwirek kahvi
    kahvipavut maito sokeri pesuaine huuhteluaine muste paperi polttoaine pelletti hiili jäähdytysneste jarruneste öljy
    kloori rehu ruoka
    káva kávy mléko cukr inkoust papír palivo nafta pelety dřevo uhlí chladicí_kapalina mazivo kyselina krmivo mürekkep
    kağıt kahve süt şeker yakıt odun kömür yağ бумага чернила топливо масло`,
  // What flows; a river may be low.
  fluid: `
    water air gas wasser luft druckluft eau gaz acqua aria agua aire lucht vatten vann vand woda wody vesi água
    hydraulic hydraulic_oil suction
    compressed_air steam dampf vapeur vapore vapor voda вода`,
  // What is filled by what is thrown away.
  waste: `
    litter_box litterbox dpf soot_filter particulate_filter water_container burn_cup milk_jar bin dustbin dust_bin dust_box dustbox dust_bag dust_container waste waste_tank
    waste_water waste_bin waste_bag dirty_water dirty_water_tank dirty_water_box wastewater drip_tray grounds
    coffee_grounds cash_box cashbox coin_box waste_drawer drawer bucket ash ash_box ash_pan ash_drawer ashpan sludge
    lint lint_filter fire_pot burn_pot brazier condensate stacker asche aschebox aschenbox aschelade aschekasten
    auffangschale tropfschale satzschale satzbehälter tresterbehälter abfall abfallbehälter staubbehälter staubbox
    schmutzwasser schmutzwassertank kondensat kondensatbehälter cendrier bac tiroir tiroir_à_cendres poubelle cenere
    cassetto vaschetta cestello braciere cenicero bandeja aslade opvangbak stofbak popielnik pojemnik palnik kessel ofen
    brenner
    grey_water gray_water grey_water_tank black_water black_water_tank sewage sewage_tank septic septic_tank
    holding_tank oil_cup grease_cup grease_tray oil_tray crumb_tray drip_pan condensate_tank condensate_tray
    condensate_pan water_bucket dust_cup dust_canister dust_collector litter_drawer waste_container waste_toner
    waste_ink waste_oil chip_tray chip_bin swarf trash trash_can trash_bin garbage reject_bin output_tray output_bin
    bill_stacker manure_pit slurry_pit
    grauwasser grauwassertank schwarzwasser fäkalientank fettauffangschale krümelschublade kondensatschale
    kondenswasserbehälter auffangbehälter auffangwanne staubbeutel resttoner resttonerbehälter altöl schmutzbehälter
    spänebehälter ausgabefach müll mülleimer mülltonne kotbehälter abwassertank geldkassette
    bac_à_déchets bac_à_marc bac_à_poussière sac_à_poussière eaux_usées eaux_grises toner_usagé bac_de_sortie
    bac_à_cendres
    contenitore_fondi raccogligocce contenitore_rifiuti contenitore_polvere sacchetto acque_grigie acqua_sporca
    cassetto_cenere bandeja_de_goteo contenedor depósito_de_polvo depósito_de_posos aguas_grises agua_sucia
    bandeja_de_salida cenizas
    depósito_de_pó água_suja cinzas lixo afvalbak stofzak stofcontainer lekbak koffiedik vuilwatertank vuil_water
    prullenbak
    dammbehållare dammpåse spilltank gråvatten gråvattentank avloppstank droppbricka sumpbehållare asklåda smutsvatten
    støvbeholder støvpose gråvann askeskuff gråvand drypbakke grumsbeholder affald
    worek fusy tacka_ociekowa brudna_woda roskasäiliö pölysäiliö pölypussi jätesäiliö likavesi likavesisäiliö harmaavesi
    tuhkalaatikko odpadní_nádoba odkapávací_miska popelník sáček`,
  // What data is kept on.
  store: `
    hashboard hashboards vdev vol array_status log event_log raid array pool volume zpool drive drives disks disk memory
    storage flash sd sdcard sd_card fs filesystem emmc hdd ssd festplatte speicherkarte log_storage
    hard_disk hard_drive nvram datalogger recorder_disk partition database mailbox recording_medium datenträger
    festplatten disque disco dysk schijf hårddisk harddisk levy memoria mémoire geheugen muisti paměť pamięć`,
  // What may be dirty, blocked or due for a change.
  part: `
    wiring stream video_stream weight mot schlauchsystem verdichter kompressor verdampfer čerpadlo cerpadlo concentrator
    desiccant motor pump fan wheel wheels brush nozzle valve filter filters lens sensor sensors probe rotor impeller
    funnel flap feeder auger conveyor optics bumper cliff cliff_sensor camera lidar laser radar spindle belt tube inlet
    outlet drain vent airflow shaft gate compressor actuator damper bearing winding seal gearbox tool extruder hotend
    bed blade blades knife cutter antenna drum fuser cell electrode membrane anode lamp bulb uv_lamp battery batteries
    heater element module card sim tank bag dustbag mop pad cover lid door drawer water_tank water_box dust_bin dust_box
    bin dustbin cartridge bonnet detector chamber window main_brush side_brush path wheel_motor screen intake exhaust
    coil condenser evaporator igniter electrodes burner boiler grate track rail chute hose pipe line channel gauge
    collector heatsink radiator fan_filter air_filter oil_filter hepa hepa_filter drum_unit magazine tray feed_roller
    roller pumpe lüfter gebläse ventil düse fühler sonde rad bürste klappe förderschnecke schnecke luftfilter
    zuluftfilter abluftfilter sieb wärmetauscher linse kamera lampe batterie akku bürsten pompe ventilateur filtre vanne
    capteur brosse roue buse pompa ventola ventilatore filtro valvola sensore spazzola ruota bomba ventilador válvula
    rueda cepillo ventilator klep borstel wiel pomp fläkt givare vifte føler pumppu suodatin wentylator czujnik filtr
    zawór szczotka
    drive motor_drive cylinder piston gripper carriage print_head printhead servo stepper turret chuck solenoid
    solenoid_valve float float_switch encoder resolver limit_switch gear clutch chain pulley drive_belt conveyor_belt
    turbine turbocharger propeller tyre tire tyres tires brake brakes brake_pads brake_linings blower duct flue flue_gas
    chimney feed_screw stoker ignitor glow_plug spark_plug heat_exchanger exchanger heat_sink strainer sieve mesh
    prefilter pre_filter carbon_filter anode_rod stirrer agitator aerator skimmer nozzles sprinkler dripper spray_arm
    hoses tubing pipes gasket bearings stator light_barrier light_curtain photo_eye card_reader scanner fuser_unit
    imaging_unit coin_acceptor bill_validator acceptor validator hoist trolley barrier boom load_cell torch wire_feeder
    contact_tip tool_changer heated_bed print_bed build_plate cooling_fan chiller water_pump oil_pump fuel_pump
    drain_pump sump_pump circulation_pump dosing_pump exhalation inhalation airway exit_gate entry_gate cliff_sensors
    side_brushes main_brushes mower_blades cutting_disc smoke_chamber
    antrieb stellantrieb stellmotor getriebe kupplung kette riemen keilriemen zahnriemen welle dichtung schlauch rohr
    leitung abfluss ablauf zulauf ansaugfilter auslass einlass abgasweg schornstein austragung saugzug zünder
    zündelektrode flammenfühler heizstab heizelement umwälzpumpe dosierpumpe magnetventil mischer umschaltventil
    schmutzfänger vorfilter ölfilter flusensieb laugenpumpe sprüharm trommel greifer zylinder schlitten druckkopf einzug
    papiereinzug walze fixiereinheit trommeleinheit lichtschranke lichtgitter endschalter drehgeber geber drucksensor
    schwimmer membran leuchtmittel reifen bremse bremsbelag bremsbeläge lenkung räder hauptbürste seitenbürste messer
    mähmesser klingen mähwerk förderband rolladen jalousie markise tor schranke
    moteur ventilateurs filtres brosses roues lame lames courroie tuyau tuyaux conduit évacuation électrovanne vannes
    pompes circulateur compresseur condenseur évaporateur échangeur brûleur bougie électrode creuset grille extracteur
    ampoule lentille caméra détecteur résistance serrure volet portail barrière tambour tête_d_impression rouleau pneu
    pneus frein freins plaquettes_de_frein
    motore ventole filtri spazzole ruote lama cinghia guarnizione tubo tubi scarico elettrovalvola valvole circolatore
    compressore condensatore evaporatore scambiatore bruciatore candeletta elettrodo griglia coclea estrattore lampada
    lente telecamera sensori resistenza serratura tamburo testina rullo pneumatico freno freni cancello tapparella
    ventiladores filtros cepillos ruedas cuchilla cuchillas correa cojinete tubería manguera desagüe drenaje
    electroválvula válvulas bombas compresor condensador intercambiador quemador bujía electrodo rejilla extractor
    lámpara cámara sensores resistencia cerradura cabezal rodillo neumático persiana
    ventoinha escova escovas roda rodas lâmina lâminas correia rolamento tubagem mangueira dreno eletroválvula
    permutador queimador elétrodo grelha lâmpada resistência fechadura rolo travão motoren ventilatoren borstels wielen
    riem ketting slang leiding afvoer magneetklep kleppen pompen condensor verdamper warmtewisselaar brander gloeiplug
    elektrode rooster vijzel sensoren voeler printkop accu banden remmen raammotor
    fläktar borste borstar kniv knivar kedja packning avlopp ventiler pumpar kondensor förångare värmeväxlare brännare
    galler matarskruv lampa lins sensorer trumma skrivhuvud däck broms bromsar vifter børste børster kniver kjede
    pakning slange avløp pumper fordamper varmeveksler brenner dekk brems blæser kæde afløb brænder tromle printhoved
    dæk
    silnik wentylatory filtry szczotki koło koła ostrze ostrza łańcuch łożysko uszczelka odpływ elektrozawór zawory
    pompy sprężarka wymiennik palnik elektroda ruszt podajnik ślimak czujniki grzałka bęben głowica rolka bateria
    akumulator hamulec
    moottori tuuletin puhallin suodattimet harja harjat pyörä terä terät hihna ketju laakeri letku putki viemäri
    venttiili pumput kompressori lauhdutin lämmönvaihdin poltin elektrodi lamppu anturi anturit vastus rumpu rengas
    jarru
    ventilátor ventilátory kartáč kartáče řemen řetěz ložisko hadice potrubí odtok čerpadla kompresor výměník hořák šnek
    podavač čidlo snímač senzor buben baterie brzda
    fırça tekerlek kayış zincir hortum vana kompresör brülör lamba sensör rezistans tambur двигатель насос вентилятор
    фильтр клапан датчик щетка колесо лампа light lights beacon tip destination docking_station grinder brew_unit
    brew_group     charging_station charging_base cutting_system cutting_disk dock_station`,
  wayOut: `wan uplink internet backhaul ppp lte cellular`,
  reached: `
    bms boiler modbus plc_link rf_link generator générateur gateway comm comms device slave plc controller station rtu
    meter inverter charger node module fieldbus bus
    remote remote_unit remote_station peer neighbour neighbor extension gerät geraet outdoor_unit indoor_unit
    wechselrichter zähler steuerung regler onduleur compteur régulateur contatore centralina inversor medidor omvormer
    regelaar växelriktare vekselretter falownik invertteri střídač`,
  flowing: `
    flow airflow water_flow durchfluss strömung débit flusso caudal débito doorstroming flöde przepływu
    water_supply cooling_water coolant_flow inflow volumenstrom wasserdurchfluss luftstrom zufluss zulauf kühlwasser
    messwasser circulation aanvoer toevoer genomströmning gjennomstrømning gennemstrømning przepływ obieg virtaus průtok
    akış поток circulación portata vazão fluxo`,
  chip: `bme bmp sht dht scd sgp ccs tsl bh ds am htu aht mhz pms sds veml ina ads mcp rtc`,
  zoneLike: `zone station siren keypad panel lid cover enclosure housing`,
  // What has to be in its place.
  fitted: `
    brew_unit brew_group
    dust_bin dustbin dust_box dustbox bin dustbag dust_bag tank water_tank water_box bucket cartridge bonnet drawer
    filter drum tray tool cover lid blade blades brush magazine sensor probe sensors fan disk antenna drip_tray
    module radio_module command_module expansion_board expansion_module thermostat room_thermostat rt acceptor
    coin_acceptor bill_validator cartridge_filter paper_tray output_tray reel spool print_head printhead
    nozzle cap plug_cap hose guard water_filter carbon_filter syringe rotor mounting water_container dust_cup
    staubbeutel deckel schale behälter schublade kartusche couvercle bac réservoir cartouche coperchio vaschetta
    cassetto cartuccia tapa bandeja depósito cartucho tampa deksel lade bak låda skuff skuffe pokrywa pojemnik kansi
    säiliö víko zásobník kapak tip soldering_tip toner_cartridge ink_cartridge drum_unit imaging_unit`,
  registration: `registration reg creg cereg registration_status network_registration`,
  sim: `sim sim_card`,
  readiness: `
    health readiness
    systemd`,
  // What connects.
  link: `
    redundancy telegrammen control_pilot cp profinet profibus ethercat canopen communication comms comm connection link
    signal heartbeat sync echo carrier gps gnss telemetry rc localization localisation tracking encoder feedback bus
    fieldbus network internet uplink wan backhaul modbus can bms lock telegram fieldbus_communication loop_signal
    wire_signal perimeter_signal wire video picture slave node phase neutral pilot flame ignition reference video_signal
    supervision kommunikation verbindung liaison connexion comunicazione connessione segnale conexión comunicación señal
    communicatie verbinding signaal kommunikasjon förbindelse łączność komunikacja sygnał płomienia flamme fiamma llama
    flamma kontakt
    power_supply_redundancy redundant polarity polung polarité polarità polaridad rotation_field drehfeld phasenfolge
    phase_sequence input_sequence funkverbindung funksignal internetverbindung datenverbindung empfang réseau
    collegamento comunicação ligação conexão sinal netwerk anslutning uppkoppling forbindelse połączenie połączenia
    sygnału kontroli yhteys spojení připojení bağlantı iletişim sinyal связь связи соединение сигнал fase`,
  // What feeds.
  mains: `
    ac ac_power ac_input mains mains_power grid grid_power utility utility_power supply power power_supply line_power
    shore_power netz netzspannung netzstrom strom spannung spannungsversorgung secteur alimentation tension rete
    tensione alimentazione red tensión alimentación net netspanning voeding ström spänning strøm nettspenning zasilania
    zasilanie napięcia sähkö
    line_voltage courant corriente red_eléctrica suministro energia rede alimentação corrente stroom netstroom
    nätspänning elnät strømforsyning netspænding prądu verkkovirta napájení napětí elektrik şebeke питание`,
  // What has to be there.
  wished: `
    masse erde erdung pressure vacuum flame ignition ground earth pulses circulation response pilot loop wire pe neutral
    echo signal communication input picture video druck pression pressione presión druk tryck ciśnienia phase
    eingang rückmeldung zufluss zulauf messwasser aanvoer toevoer air_supply gas_supply water_supply arrivée_d_eau
    feedback zündung allumage accensione encendido ontsteking fase faza vaihe fáze generator`,
  // What is measured.
  measure: `
    dc_injection difference deviation adc moisture soil_moisture drehmoment torque laufzeit paine position pv value process_value signal measurement input
    frequency temperature pressure level flow airflow voltage current vibration conductivity insulation
    isolation insulation_resistance redox orp pressure_level druck wasserdruck öldruck anlagendruck systemdruck
    temperatur füllstand spannung durchfluss pression pression_d_eau température niveau pressione temperatura livello
    presión nivel caudal waterdruk druk temperatuur tryck vattentryck oljetryck nivå flöde trykk vanntrykk vandtryk
    ciśnienie poziom
    friction reibung stellbereich differenzdruck filterdruck gasdruck heizwasserdruck abgastemperatur wasserstand
    ölstand leitfähigkeit tensão pressão nível spanning spänning spenning spænding temperaturę lämpötila jännite taso
    teplota tlak hladina sıcaklık basınç температура давление уровень напряжение`,
  pressure: `
    paine pressure druck wasserdruck öldruck anlagendruck systemdruck pression pressione presión waterdruk tryck
    vattentryck oljetryck trykk vanntrykk vandtryk ciśnienie
    tyre_pressure tire_pressure reifendruck hydraulic_pressure heizwasserdruck pression_des_pneus pressão tlak basınç
    давление`,
  cabled: `
    valve output
    coil`,
  wire: `
    sensor probe wire cable loop thermocouple thermistor rtd ntc ptc pt circuit coil winding load string heater element
    solenoid antenna lead conductor line fühler sonde leitung kabel capteur sonda givare føler
    temperature_sensor pressure_sensor level_sensor flow_sensor outdoor_sensor load_cell transducer temperaturfühler
    aussenfühler vorlauffühler rücklauffühler speicherfühler kollektorfühler raumfühler anturi čidlo snímač czujnik
    датчик sensör sensore sensor_de_temperatura wiring câblage câblages cableado cablaggio bedrading verkabelung`,
  door: `
    door gate lid cover hood bonnet latch drawer hatch tür deckel klappe haube porte couvercle porta sportello puerta
    tapa deur deksel dörr lucka dør luke drzwi pokrywa
    trapdoor access_door barrier ovi luukku dveře kryt kapı kapak tampa dörren døra døren schutztür feuerraumtür
    dveřní_kryt`,
  care: `
    maintenance service cleaning calibration repair replacement descaling refill inspection regeneration servicing
    overhaul backwash verification wartung reinigung entkalkung kalibrierung filterwechsel entretien nettoyage
    détartrage étalonnage révision manutenzione pulizia taratura decalcificazione mantenimiento limpieza calibración
    revisión manutenção limpeza onderhoud reiniging ontkalking kalibratie underhåll rengöring vedlikehold rengjøring
    filterbyte filterbyt vedligeholdelse serwis przegląd czyszczenie huolto
    lubrication greasing recalibration disinfection flushing sharpening forced_charge filterreinigung ölwechsel
    batteriewechsel schmierung inspektion instandhaltung desinfektion spülung rückspülung kesselreinigung entleerung
    austausch überprüfung eichung
    remplacement vidange ramonage désinfection lubrification graissage sostituzione lubrificazione disinfezione
    svuotamento descalcificación sustitución lubricación desinfección calibração descalcificação substituição inspeção
    revisão
    vervanging keuring smering inspectie kalibrering avkalkning byte smörjning besiktning avkalking smøring afkalkning
    udskiftning eftersyn konserwacja kalibracja odkamienianie wymiana puhdistus kalibrointi kalkinpoisto vaihto údržba
    čištění kalibrace odvápnění výměna bakım temizlik kalibrasyon обслуживание очистка калибровка замена huoltoa`,
  paper: `
    certificate cert licence license subscription token key filter calibration verification warranty`,
  protection: `
    freezestat aquastat gfi breaker fuse rcd rcbo mcb gfci rcd_breaker overload thermostat limiter stb interlock safety
    protection pressure_switch high_limit thermal thermic freeze frost antifreeze flow_switch motorschutz
    motorschutzschalter sicherung schutzschalter fi disjoncteur fusible interruttore differenziale magnetotermico
    fusibile interruptor magnetotérmico zekering säkring jordfelsbrytare sikring bezpiecznik wyłącznik motor compressor
    pump fan drive ignition burner boiler heater circuit channel relay temperature pressure level vibration
    overspeed switch high_pressure low_pressure
    spd surge_protector surge_arrester surge_protection temperaturwächter temperaturbegrenzer druckwächter
    strömungswächter sicherheitskette phasenwächter überwachung fehlerstromschutzschalter überspannungsschutz thermisch
    thermique termico térmico thermische pressostat parafoudre différentiel pressostato salvavita presostato diferencial
    disjuntor fusível
    aardlekschakelaar motorskydd överhettningsskydd jordfeilbryter motorvern motorværn zabezpieczenie sulake
    vikavirtasuoja lämpörele moottorisuoja jistič pojistka chránič sigorta предохранитель compressor_protection
    motor_protection motor_breaker`,
  contact: `
    relay contactor contact contacts contactors relays schütz
    relä relæ relé stycznik rele`,
  // May stand after the trouble in a name: `leak_alarm_active`.
  ending: `
    alm indication indicator received empfangen ontvangen reçu ricevuto shutdown alarm fault error detected active flag
    state status condition event triggered present warning alert activated engaged pressed raised occurred now aktiv
    erkannt meldung störung stoerung fehler aktywny actif attivo activo actief oppdaget upptäckt wykryty rilevata
    détectée detectado detectada rilevato détecté detekterad oppdaget konstaterad gedetecteerd festgestellt on code
    alarme allarme larm warn reported indicating latched exists reached capacity`,
  // May stand between what is said and its subject.
  binding: `
    dell della dello delle degli circuit container compartment sul sur on_fail on_failure on_error sequence rotation
    order is are the please of to at in for with has have very too almost nearly still bitte ist sind le la les el il l
    d de di du des en zum der die das main left right front rear upper lower inner outer side and or level tank box
    pressure air water oil dust total system number unit
    cooling heating charging laden lading lade charge printing washing drying mixing pumping dosing ventilation
    extraction d_extraction mowing driving moving positioning welding init start operation betrieb cycle movement speed
    half halb entry exit entrance room raum hot cold warm kalt primary secondary external internal extern intern
    hydraulic next soon days wurde wird been is_now was_found by top bottom nicht_mehr outdoor indoor defrost pack packs
    suspected photovoltaique photovoltaiques de_l rate`,
  denying: `
    no not non kein keine keinen keiner ohne nicht aucun aucune pas sans nessun nessuna senza sin sem geen zonder niet
    ingen inga utan uten ikke inte brak bez nie none ei without free never
    žádný žádná keinerlei değil нет не yok inget nothing nichts rien niente niets intet`,
  // Each must have its wire.
  conductor: `
    phase phases neutral earth ground pe erdung masse
    fase faza vaihe fáze neutralleiter schutzleiter`,
  // Of it nothing is heard where another of them is.
  apparatus: `
    chain slave plc controller rtu meter inverter node module bms boiler modbus generator générateur gateway
    gerät alternator outdoor_unit indoor_unit inverter_unit aussengerät unité_extérieure unidad_exterior
    unidade_exterior unità_esterna fühlermodul microinverter`,
  lockedLoop: `pll xpic`,
  // A base that a robot comes home to.
  dock: `dock docking_station charging_station base_station ladestation station_de_charge`,
  // Without one of these a machine does nothing.
  mustBe: `
    dust_bin dustbin dust_box dust_bag bin water_tank water_box filter drum rotor brush cartridge staubbehälter staubbox`,
  // Ends what is denied: "not charging because of overheating".
  because: `
    wegen aufgrund durch because due_to because_of cause por par per vanwege door på_grund_av przez
    due wegen_zu da_di a_causa debido_a i_grund_av takia kvůli`,
  // Says that all is well, or well again.
  well: `
    tool_change torch_clean clean_torch torch_cleaning waiting release released canceled cancelled complete completed accomplished updated emptied recovered corrected
    report returning_to_dock returning_to_charge pump_off ok okay good normal fine healthy clear cleared resolved reset
    acknowledged restored behoben quittiert résolu risolto resuelto opgelost passed repaired
    resumed beseitigt erledigt rétabli ripristinato restablecido resolvido verholpen hersteld åtgärdat korjattu vyřešeno
    giderildi устранено`,
  // What feeds what hangs on no wire.
  battery: `
    battery batteries akku akkus batterie batterien pile batteria batteria_scarica batería pilas bateria batterij accu
    batteri batterier akumulator baterii paristo baterie pil batarya батарея аккумулятор`,
  // What must be shut while a machine runs; as the name of a flag too.
  hatch: `
    hatch hatch_door interlock cabinet guard guard_door safety_door safety_gate syringe_holder holder service_door
    service_panel access_panel loading_door furnace_door boiler_door stove_door fire_box_door haube abdeckung schutztür
    schutzhaube schutzgitter serviceklappe feuerraumtür fülltür kesseltür wartungsklappe gehäuse capot carter trappe
    riparo`,
  // As `hatch`, in words; a blind may be called one.
  cover: `
    cover top_cover front_cover rear_cover side_cover hood bonnet housing enclosure couvercle coperchio cubierta
    afdekking kåpa osłona suojus kryt`,
} as const;
