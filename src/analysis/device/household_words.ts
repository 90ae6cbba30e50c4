/**
 * What people call the same room or thing in English, German, French, Dutch and Spanish, one line a
 * meaning, as {@linkcode normalizeName} writes it. Only words that name one thing; short ones are left out.
 */
const MEANINGS = `
kitchen kueche kuechen cuisine keuken cocina
bathroom badezimmer bad bain badkamer bano
bedroom schlafzimmer chambre slaapkamer dormitorio
livingroom lounge wohnzimmer salon woonkamer sala
basement cellar keller cave kelder sotano
garden garten jardin tuin
yard hof cour binnenplaats patio
hall hallway corridor flur diele couloir gang pasillo
office study buero bureau kantoor oficina arbeitszimmer
nursery kinderzimmer kinderkamer
attic loft dachboden grenier zolder atico
terrace deck terrasse terras terraza
driveway einfahrt allee oprit
stairs stairway treppe treppenhaus escalier trap escalera
laundry waschkueche buanderie waskeuken lavadero
house haus maison huis casa
roof dach toit dak tejado
front vorne voor haustuer
outside outdoor outdoors aussen draussen exterieur buiten exterior
water wasser eau agua
electricity strom electricite elektriciteit electricidad
heating heat heizung heizungs chauffage verwarming calefaccion
power leistung puissance vermogen potencia
meter counter zaehler compteur teller contador
washer washingmachine waschmaschine lavelinge wasmachine lavadora
dryer tumbledryer trockner waeschetrockner sechelinge droger secadora
dishwasher geschirrspueler spuelmaschine lavevaisselle vaatwasser lavavajillas
fridge refrigerator kuehlschrank frigo koelkast nevera frigorifico
freezer gefrierschrank tiefkuehler truhe congelateur vriezer congelador
oven backofen four horno
stove ofen poele kachel estufa
heatpump waermepumpe warmtepomp
radiator heizkoerper radiateur radiador
charge charging laden ladung recharge opladen carga
dust staub poussiere stof polvo
window fenster fenetre raam ventana
door tuer porte deur puerta
gate tor portail poort portal
lamp lampe lampara
light lights licht lumiere luz beleuchtung
plug socket outlet steckdose stecker prise stopcontact enchufe
shutter blind rollladen rolladen jalousie volet rolluik persiana
smoke rauch fumee rook humo
motion bewegung mouvement beweging movimiento
inverter wechselrichter onduleur omvormer inversor
battery batterie batterij bateria akku speicher
pool swimmingpool schwimmbad piscine zwembad piscina
mailbox letterbox briefkasten brievenbus buzon
vacuum staubsauger saugroboter aspirateur stofzuiger aspiradora
camera kamera camara
printer drucker imprimante impresora
mower lawnmower rasenmaeher maehroboter tondeuse grasmaaier cortacesped
irrigation sprinkler watering bewaesserung arrosage beregening riego
climate klima climat klimaat clima
aircon airconditioner klimaanlage klima climatisation clim airco
boiler kessel chaudiere ketel caldera
fan luefter ventilator ventilateur ventilador
pump pumpe pompe pomp bomba
tank behaelter zisterne reservoir cisterna
weather wetter meteo weer tiempo
rain regen pluie lluvia
wind vent viento
humidity feuchte feuchtigkeit luftfeuchtigkeit humidite vochtigheid humedad
temperature temperatur temperatuur temperatura
charger wallbox ladestation borne laadpaal cargador
camper campervan motorhome wohnmobil wohnwagen caravan autocaravana
boat boot schiff bateau barco
car auto voiture coche
greenhouse gewaechshaus treibhaus serre kas invernadero
aquarium acuario
lock schloss tuerschloss serrure slot cerradura
doorbell klingel tuerklingel sonnette deurbel timbre
`;

const meanings = new Map<string, readonly string[]>();
for (const line of MEANINGS.trim().split("\n")) {
  const words = line.split(" ");
  for (const word of words) {
    meanings.set(word, [...new Set([...meanings.get(word) ?? [], ...words])]);
  }
}

/** Words of the same meaning, the word itself left out; empty for a word that is not in the table. */
export function sameInOtherLanguages(word: string): readonly string[] {
  return (meanings.get(word) ?? []).filter((other) => other !== word);
}

/** The two known words that a compound is made of: `wasserzaehler` is `wasser` and `zaehler`. */
export function partsOfCompound(word: string): readonly [string, string] | null {
  if (meanings.has(word)) return null;
  for (let at = 3; at <= word.length - 3; at++) {
    const head = word.slice(0, at);
    const tail = word.slice(at);
    if (meanings.has(head) && meanings.has(tail)) return [head, tail];
  }
  return null;
}
