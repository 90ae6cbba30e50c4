/**
 * What people call the same room, kind of device, maker or measured thing in English, German, French, Dutch, Italian
 * and Spanish, one line a meaning, as {@linkcode normalizeName} writes it: `pompechaleur` is "pompe à chaleur". After
 * a colon: words of topics that mean a kind (`valetudo` is a vacuum), after an exclamation mark: words that mean it
 * only when a person says them (Tasmota's `tele/` is no television). Only widely known ones.
 */
const ROOMS = `
kitchen kueche kuechen cuisine keuken cocina cucina
bathroom badezimmer bad bain badkamer bano bagno sallebain
bedroom schlafzimmer chambre slaapkamer dormitorio cameraletto
livingroom lounge wohnzimmer salon woonkamer sala salotto soggiorno
diningroom esszimmer sallemanger eetkamer comedor
guestroom guest gaestezimmer chambreami logeerkamer
basement cellar keller cave kelder sotano cantina
garden garten jardin tuin giardino
yard hof cour binnenplaats patio
hall hallway corridor flur diele couloir gang pasillo corridoio
office study buero bureau kantoor oficina ufficio arbeitszimmer
nursery kinderzimmer kinderkamer
attic loft dachboden grenier zolder atico soffitta
terrace deck terrasse terras terraza
balcony balkon balcon balcone
driveway einfahrt allee oprit
garage garagen garaje
carport
undergroundgarage tiefgarage parkinggarage
stairs stairway treppe treppenhaus escalier trap escalera
laundry waschkueche buanderie waskeuken lavadero
roof dach toit dak tejado tetto
barn scheune stall grange schuur
shed schuppen cabanon schuurtje cobertizo capanno gartenhaus
street strasse rue straat calle
gym fitnessraum fitnessroom gymnasium
warehouse lager entrepot magazijn almacen magazzino
serverroom serverraum salleserveur
classroom klassenzimmer
library bibliothek bibliotheque bibliotheek biblioteca
lobby foyer reception empfang
upstairs
downstairs
outside outdoor outdoors aussen draussen exterieur buiten exterior
`;

const SIDES = `
front vorne voor haustuer
rear back hinten arriere achter
side seite seitentuer
left links gauche izquierda sinistra
right rechts droite derecha destra
north nord norden noord norte
south sued sueden sud zuid sur
east osten oost este
west westen ouest oeste
`;

const THINGS = `
well brunnen puits pozzo pozo
water wasser eau agua acqua
gas gaz
electricity strom electricite elektriciteit electricidad
heating heat heizung heizungs chauffage verwarming calefaccion riscaldamento
power leistung puissance vermogen potencia
charge charging laden ladung recharge opladen carga
dust staub poussiere stof polvo
climate klima climat klimaat clima
rain regen pluie lluvia pioggia
wind vent viento
humidity feuchte feuchtigkeit luftfeuchtigkeit humidite vochtigheid humedad
temperature temperatur temperatuur temperatura
house haus maison huis casa
`;

const KINDS = `
vacuum robotvacuum vacuumcleaner robotvacuumcleaner vacuumrobot robotcleaner hoover robot roboter staubsauger saugroboter staubsaugerroboter aspirateur aspirateurrobot robotaspirateur stofzuiger robotstofzuiger aspirapolvere robotaspirapolvere aspiradora aspirador robotaspirador : valetudo roomba roborock dreame ecovacs deebot braava neato botvac
mower lawnmower robotmower roboticmower robotlawnmower robot roboter rasenmaeher maehroboter rasenroboter tondeuse robottondeuse tonderobot tondeuserobot grasmaaier robotmaaier tagliaerba robottagliaerba cortacesped robotcortacesped : automower landroid robolinho openmower indego
robotarm robot roboter roboterarm brasrobot cobot industrieroboter
agv fts amr robot roboter forklift gabelstapler : uagv
charger evcharger carcharger chargingstation evchargingstation evchargepoint chargepoint chargingpoint wallbox wallcharger loadpoint lp ladepunkt ladestation ladesaeule ladebox borne bornerecharge laadpaal laadstation colonnina colonninaricarica stazionericarica cargador puntocarga evse : goecharger openevse smartevse evcc openwb keba easee zappi alfen wattpilot warp wbec ocpp
heatpump hp wp waermepumpe pompechaleur warmtepomp pompacalore bombacalor varmepumpe varmepump aerothermie : aquarea heishamon hmu nibe altherma luxtronik alphainnotec ecodan vwz thermia stiebel vitocal ochsner open3e bsblan
boiler gasboiler combiboiler furnace therme gastherme kessel heizkessel gasheizung heizung heating centralheating chaudiere chaudieregaz ketel cvketel caldaia caldera : bai otgw opentherm vitodens open3e bsblan
waterheater hotwater boiler warmwasser warmwasserspeicher durchlauferhitzer chauffeeau scaldabagno calentador termo
pelletboiler pelletheizung pelletkessel pelletofen pelletstove pellets poelegranules stufapellet : pellematic rika palazzetti hargassner froeling oekofen
stove woodstove pelletstove pelletofen ofen kamin kaminofen holzofen poele kachel houtkachel stufa estufa fireplace : rika palazzetti
solarthermal solarthermie : resol deltasol
thermostat trv radiator radiatorvalve radiatorthermostat heizkoerper heizkoerperthermostat raumthermostat radiateur radiador termostato termosifone
heater heizstrahler heizluefter chauffage calefactor radiateur riscaldatore heating heizung
aircon ac airconditioner airconditioning aircondition klimaanlage klimageraet klima climatisation climatiseur clim airco condizionatore climatizzatore aireacondicionado : faikin faikout daikin melcloud intesis mitsubishi2mqtt
inverter solarinverter pvinverter wr wechselrichter pv solar solarpanel photovoltaik photovoltaic solaranlage pvanlage balkonkraftwerk onduleur onduleursolaire panneausolaire panneauxsolaires omvormer zonnepaneel zonnepanelen inversor inversorsolar fotovoltaico panelsolar panelessolares : opendtu ahoy dtu growatt solaredge sunsynk deye goodwe sofar solax fronius kostal sungrow sungather sbfspot enphase hoymiles foxess solis solarassistant
mppt solarcharger solarchargecontroller chargecontroller laderegler solarladeregler chargeursolaire regulateursolaire : epever
battery homebattery housebattery batteriespeicher hausspeicher stromspeicher solarspeicher speicher akku batterie batterij thuisbatterij batteria bateria bms batterymanagementsystem batterymonitor batteriemonitor : powerwall pylontech jkbms jbdbms dalybms smartshunt diybms seplos
ups usv sai uninterruptiblepowersupply onduleur gruppocontinuita : nut apcupsd upsd
generator genset dieselgenerator notstromaggregat stromerzeuger aggregat groupeelectrogene generatore generador aggregaat
car ev vehicle electriccar electricvehicle auto elektroauto eauto pkw fahrzeug voiture voitureelectrique vehicule elektrischeauto voertuig coche macchina veicolo vehiculo : teslamate ovms weconnect volvo bimmerconnected bmw audi kia hyundai mercedes polestar renault skoda
truck lorry lkw lastwagen camion vrachtwagen vehicle fahrzeug vehicule voertuig
van transporter lieferwagen camionnette bestelwagen furgone furgoneta vehicle fahrzeug vehicule voertuig
bus autobus vehicle fahrzeug vehicule voertuig
tram strassenbahn tramway vehicle fahrzeug vehicule voertuig
tractor traktor tracteur trattore trekker
bike ebike bicycle fahrrad velo fiets bicicletta bicicleta pedelec
scooter escooter roller trottinette monopattino patinete
tablet ipad tablette tableta
watch smartwatch applewatch armbanduhr montre orologio reloj
phone smartphone handy mobilephone iphone telephone telefoon telefono movil cellulare : pixel galaxy owntracks
camper campervan motorhome wohnmobil wohnwagen caravan autocaravana
boat boot schiff bateau barco
printer 3dprinter 3ddrucker imprimante3d stampante3d impresora3d drucker imprimante stampante impresora : bambu bambulab octoprint klipper moonraker prusa prusalink nozzle gcode
laser lasercutter laserschneider
mill cncmill cnc fraese fraesmaschine : haas
lathe drehmaschine drehbank
camera cam kamera camara telecamera videocamera : frigate amcrest
doorbell videodoorbell klingel tuerklingel sonnette deurbel campanello timbre
lock doorlock smartlock schloss tuerschloss serrure slot deurslot serratura cerradura : nuki tedee
fingerprint fingerprintreader fingerabdruck : ekey
garagedoor garagedooropener garagentor garagentuer portegarage garagedeur garagepoort portagarage puertagaraje : ratgdo opengarage
gate drivewaygate einfahrtstor hoftor tor portail poort cancello portal porton
door doorsensor doorcontact tuer tuersensor tuerkontakt porte deur porta puerta
window windowsensor fenster fensterkontakt fenetre raam finestra ventana
petdoor dogdoor catdoor catflap petflap hundeklappe katzenklappe tierklappe haustierklappe chatiere kattenluik gattaiola gatera
chickendoor chickencoopdoor coopdoor chickencoop coop huehnerklappe huehnerstall poulailler kippenluik
petfeeder catfeeder dogfeeder feeder futterautomat distributeurcroquettes voederautomaat comedero
fountain petfountain waterfountain petwaterfountain trinkbrunnen fontaine drinkfontein fontana fuente
litterbox litterrobot katzenklo katzentoilette litiere kattenbak lettiera arenero
washer washingmachine waschmaschine lavelinge machinelaver wasmachine lavatrice lavadora
dryer tumbledryer trockner waeschetrockner sechelinge droger wasdroger asciugatrice secadora
dishwasher geschirrspueler spuelmaschine geschirrspuelmaschine lavevaisselle vaatwasser vaatwasmachine lavastoviglie lavavajillas
fridge refrigerator kuehlschrank frigo refrigerateur koelkast frigorifero nevera frigorifico
freezer gefrierschrank gefriertruhe tiefkuehler tiefkuehlschrank tiefkuehltruhe truhe gefrierfach congelateur vriezer diepvries congelatore congelador
oven backofen four forno horno
hob cooktop kochfeld tablecuisson kookplaat
hood cookerhood dunstabzug dunstabzugshaube hotte afzuigkap
microwave mikrowelle microonde magnetron microondas
kettle wasserkocher bouilloire waterkoker bollitore
toaster
coffeemachine coffeemaker kaffeemaschine kaffeevollautomat machinecafe cafetiere koffiemachine macchinacaffe cafetera : gaggiuino jura
espressomachine espresso siebtraeger machineespresso : gaggiuino
airpurifier purifier luftreiniger purificateur purificateurair luchtreiniger purificatore purificador
humidifier luftbefeuchter humidificateur luchtbevochtiger umidificatore humidificador
dehumidifier luftentfeuchter entfeuchter deshumidificateur ontvochtiger deumidificatore deshumidificador
fan ceilingfan luefter ventilator ventilateur ventilatore ventilador
ventilation ventilationunit mechanicalventilation lueftung lueftungsanlage wtw mvhr hrv erv vmc ahu rlt airhandlingunit airhandler heatrecovery heatrecoveryunit ventilatie ventilazione : itho zehnder comfoair vallox
softener watersoftener enthaerter wasserenthaerter enthaertungsanlage entkalkungsanlage adoucisseur waterontharder ontharder addolcitore descalcificador : softliq
pool spa swimmingpool poolcontroller schwimmbad piscine zwembad piscina : aqualinkd poolcop neopool
hottub spa whirlpool jacuzzi : balboa layzspa
irrigation sprinkler sprinklercontroller watering bewaesserung bewaesserungsanlage arrosage beregening irrigazione riego : opensprinkler rachio
pump pumpe pompe pomp pompa bomba
valve ventil vanne klep valvola valvula
tank behaelter zisterne cistern cuve reservoir serbatoio cisterna deposito regentonne
weatherstation weather wetter wetterstation meteo stationmeteo weerstation weer stazionemeteo meteorologica estacionmeteorologica tiempo weewx : ecowitt acurite weatherflow wittboy
raingauge rainsensor regenmesser niederschlagsmesser pluviometre regenmeter pluviometro
anemometer windgauge windmesser windmeter anemometre anemometro
soilsensor soilmoisture soilmoisturesensor soil bodenfeuchte bodensensor bodenfeuchtesensor : wh51 miflora
motionsensor motiondetector motion pir bewegung bewegungsmelder bewegungssensor mouvement detecteurmouvement beweging bewegingsmelder bewegingssensor movimiento sensormovimiento sensoremovimento occupancy
presencesensor presencedetector praesenzmelder anwesenheitssensor : espresense
smokedetector smokealarm smoke rauch rauchmelder rauchwarnmelder fumee detecteurfumee rook rookmelder rilevatorefumo humo detectorhumo
codetector coalarm carbonmonoxide carbonmonoxidedetector kohlenmonoxidmelder
leaksensor leak leakdetector waterleak waterleaksensor wassermelder leckagesensor floodsensor detecteurfuite lekkagesensor
dustsensor particulatesensor particulatemattersensor feinstaub feinstaubsensor airqualitysensor airquality luftqualitaet luftqualitaetssensor fijnstofsensor : sds pms sds011 airrohr
co2 co2sensor co2meter kohlendioxidsensor : scd30 scd40 scd41 mhz19
radonsensor radon radondetector
watermeter wasserzaehler wasseruhr zaehler compteureau contatoreacqua contadoragua
gasmeter gaszaehler gasuhr zaehler compteurgaz contatoregas contadorgas
heatmeter waermezaehler waermemengenzaehler zaehler compteurchaleur warmtemeter
electricitymeter smartmeter powermeter energymeter stromzaehler energiezaehler zaehler slimmemeter compteurelectrique p1meter contatoreelettrico contadorelectrico : dsmr amsleser linky
tv television fernseher televiseur televisie televisore televisor : lgtv ! tele
projector beamer projecteur proiettore proyector
receiver avreceiver avr amplifier verstaerker amplificateur versterker amplificatore amplificador
speaker lautsprecher hautparleur luidspreker altoparlante altavoz : sonos squeezebox snapcast volumio
router : fritzbox openwrt
server nas
laptop notebook computer ordinateur ordenador
desktop computer ordinateur ordenador
light lights lamp lampe lampada lampara lumiere luce luz licht leuchte beleuchtung bulb strip ledstrip ledstreifen streetlight streetlamp strassenlaterne strassenlampe : ceilinglight ceilinglamp deckenlampe deckenleuchte plafonnier plafondlamp floorlamp stehlampe staandelamp lampadaire wled
ceilinglight ceilinglamp deckenlampe deckenleuchte plafonnier plafondlamp
floorlamp stehlampe staandelamp
streetlight streetlamp strassenlaterne strassenlampe lampadaire lantaarnpaal
plug smartplug socket outlet steckdose stecker prise stopcontact presa enchufe : shellyplug
blind shade shutter rollladen rolladen rollo jalousie volet rolluik rolgordijn tapparella persiana
curtain vorhang rideau gordijn tenda cortina
awning markise
parkingspot parkingspace parkingsensor parkplatz parking
elevator lift aufzug fahrstuhl ascenseur ascensore ascensor
compressor kompressor druckluft compresseur compressore compresor
conveyor conveyorbelt foerderband transportband convoyeur nastro cinta
press presse hydraulicpress pressa prensa
filler fueller abfueller fuellmaschine remplisseuse
labeler labeller etikettierer etiqueteuse
palletizer palettierer
mixer mischer melangeur
blower geblaese
chiller kaeltemaschine kaltwassersatz groupefroid koelmachine
coolingtower kuehlturm
windturbine turbine wea wt windrad windkraftanlage windmuehle eolienne windmolen aerogenerador
engine motor moteur motore : propulsion
silo
welder weldingmachine weldingrobot schweissgeraet schweissroboter posteasouder lasapparaat saldatrice soldadora
toilet showertoilet wc toilette duschwc inodoro : aquaclean
line linie ligne linea lijn productionline produktionslinie
beehive hive bienenstock bienenkasten ruche bijenkast alveare colmena
greenhouse gewaechshaus treibhaus serre kas serra invernadero
aquarium fishtank reeftank acuario acquario : reefpi
mailbox letterbox briefkasten boitelettres brievenbus cassettalettere buzon
scale bathroomscale waage personenwaage pesepersonne weegschaal bilancia bascula : openscale
alarmsystem alarmpanel alarm alarmanlage burglaralarm alarme alarminstallatie
bluetoothgateway blegateway : openmqttgateway theengs
openthermgateway : otgw
bed bett lit letto cama
adblocker : pihole adguard
`;

const MAKERS = `
bosch : homeconnect emsesp
siemens : homeconnect
neff : homeconnect
buderus : emsesp
nefit : emsesp
junkers : emsesp
vaillant : ebusd
panasonic : aquarea heishamon
volkswagen vw : weconnect
tesla : teslamate powerwall
nissan : leaf
renault : zoe
husqvarna : automower
worx : landroid
gruenbeck : softliq
gaggia : gaggiuino
daikin : faikin faikout
mitsubishi : melcloud mitsubishi2mqtt
irobot : roomba braava
apc : apcupsd
lg : lgtv
fineoffset : ecowitt
avm : fritzbox
resol : deltasol
audi
bmw
kia
hyundai
mercedes
volvo
ford
seat
skoda
porsche
polestar
fiat
fronius
sma
solaredge
growatt
deye
kostal
huawei
sungrow
victron
hoymiles
enphase
goodwe
solax
sofar
samsung
sony
philips
xiaomi
ikea
aqara
dyson
miele
liebherr
jura
delonghi
reolink
hikvision
amcrest
sonos
denon
yamaha
viessmann : open3e
nibe
stiebel
weishaupt
roborock
dreame
ecovacs
keba
easee
acurite
oregon
synology
`;

/** What a word means: a room, a side, a kind of device, a maker, or what is measured. */
export type MeaningClass = "room" | "side" | "thing" | "kind" | "maker";

/** One meaning of a word. */
export interface Meaning {
  readonly id: string;
  readonly class: MeaningClass;
}

/** Fields that only one kind of device has. */
const FIELDS: Readonly<Record<string, string>> = {
  gcodestate: "printer",
  nozzletemper: "printer",
  nozzletemp: "printer",
};

/** The kind of device that has such a field, named as {@linkcode normalizeName} writes it. */
export function kindOfField(name: string): string | undefined {
  return Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
}

/** Of words, and of those that mean it only when a person says them, or only in topics. */
const said = new Map<string, Meaning[]>();
const written = new Map<string, Meaning[]>();

function add(words: readonly string[], meaning: Meaning, to: readonly Map<string, Meaning[]>[]) {
  for (const word of words) {
    for (const map of to) map.set(word, [...map.get(word) ?? [], meaning]);
  }
}

function wordsIn(text: string | undefined): string[] {
  return (text ?? "").split(" ").filter((word) => word !== "");
}

for (
  const [table, name] of [[ROOMS, "room"], [SIDES, "side"], [THINGS, "thing"], [KINDS, "kind"], [
    MAKERS,
    "maker",
  ]] as const
) {
  for (const line of table.trim().split("\n")) {
    const [rest, alone] = line.split(" ! ");
    const [both, marks] = (rest ?? "").split(" : ");
    const words = wordsIn(both);
    const meaning = { id: words[0] ?? "", class: name };
    add(words, meaning, [said, written]);
    add(wordsIn(marks), meaning, [written]);
    add(wordsIn(alone), meaning, [said]);
  }
}

/** Words shorter than this are in others by chance. */
const LEAST_INNER = 5;
const LONGEST = 24;

/** What a word means where a person says it, or where it stands in a topic; empty where it is not in the tables. */
export function meaningsOf(word: string, where: "said" | "written"): readonly Meaning[] {
  const table = where === "said" ? said : written;
  const own = table.get(word);
  if (own !== undefined) return own;
  // `cars`, `Lampen`, `pompes`
  for (const ending of ["s", "es", "n", "en"]) {
    if (word.length < ending.length + 3 || !word.endsWith(ending)) continue;
    const bare = table.get(word.slice(0, -ending.length));
    if (bare !== undefined) return bare;
  }
  return [];
}

/** Words that are known inside another: `petdoor` in `powerpetdoor`, of two that overlap the longer. */
export function knownWithin(word: string): string[] {
  const found: string[] = [];
  // `tuerschild`
  const head = word.slice(0, LEAST_INNER - 1);
  if (word.length >= 2 * LEAST_INNER - 1 && written.has(head)) found.push(head);
  for (let at = found.length * head.length; at < word.length;) {
    let length = Math.min(LONGEST, word.length - at);
    while (length >= LEAST_INNER && !written.has(word.slice(at, at + length))) length--;
    if (length >= LEAST_INNER) found.push(word.slice(at, at + length));
    at += length >= LEAST_INNER ? length : 1;
  }
  return found;
}

/** All words that people say, for those that are misspelt. */
export function saidWords(): Iterable<string> {
  return said.keys();
}

/** What joins two parts of a compound: `Garagentor`, `Küchenlampe`, `Heizungspumpe`. */
const JOINTS = ["", "n", "s", "en"];

/** The two known words that a compound is made of: `wasserzaehler` is `wasser` and `zaehler`. */
export function partsOfCompound(
  word: string,
  isTail: (tail: string) => boolean = (tail) => said.has(tail),
): readonly [string, string] | null {
  for (let at = 3; at <= word.length - 3; at++) {
    const head = word.slice(0, at);
    if (!isTail(word.slice(at))) continue;
    for (const joint of JOINTS) {
      const bare = head.slice(0, head.length - joint.length);
      if (head.endsWith(joint) && bare.length >= 3 && said.has(bare)) {
        return [bare, word.slice(at)];
      }
    }
  }
  return null;
}
