import assert from "node:assert/strict";
import { reachNamed, reachSaid } from "../../../../src/analysis/device/reading/reach_words.ts";

Deno.test("that something is reached, or is not, is understood in the languages in which people write it", () => {
  const said: readonly (readonly [name: string, here: string, gone: string])[] = [
    ["connection", "connected", "disconnected"],
    ["verbindung", "verbunden", "getrennt"],
    ["verfügbarkeit", "verfügbar", "nicht verfügbar"],
    ["etat_connexion", "connectée", "connexion perdue"],
    ["disponibilidad", "disponible", "no disponible"],
    ["stato_connessione", "connesso", "connessione persa"],
    ["conexão", "conectado", "não conectado"],
    ["bereikbaarheid", "bereikbaar", "niet bereikbaar"],
    ["anslutning", "uppkopplad", "frånkopplad"],
    ["forbindelse", "tilsluttet", "ikke tilsluttet"],
    ["tilgjengelighet", "tilgjengelig", "utilgjengelig"],
    ["polaczenie", "połączony", "rozłączony"],
    ["łączność", "dostępny", "brak łączności"],
    ["dostupnost", "dostupný", "nedostupný"],
  ];
  for (const [name, here, gone] of said) {
    assert.equal(reachNamed(name), "reach", name);
    assert.equal(reachSaid(here, { bare: false }), "online", here);
    assert.equal(reachSaid(gone, { bare: false }), "offline", gone);
  }
});

Deno.test("yes and no speak of reach only where a name asks for it, and other states never do", () => {
  for (const word of ["sí", "tak", "ano"]) assert.equal(reachSaid(word, { bare: true }), "online");
  for (const word of ["nie", "nej", "não"]) {
    assert.equal(reachSaid(word, { bare: true }), "offline");
  }
  for (const word of ["tak", "nie", "zamknięty", "aan", "marche", "spento", "chiusa"]) {
    assert.equal(reachSaid(word, { bare: false }), null, word);
  }
  for (const name of ["stan", "stav_ventilu", "stato_pompa", "etat"]) {
    assert.notEqual(reachNamed(name), "reach", name);
  }
});
