/** Words that deny trouble or say that it is over, in the languages of `trouble_words.ts`, and values that mean none. */
import { markedSet, wordSet } from "./word_set.ts";

/** Denials around {@linkcode ERROR_IDEOGRAMS}: "no fault", "not abnormal", "alarm over". */
export const DENIED_IDEOGRAMS =
  /(?:无|無|没有|沒有)(?:错误|錯誤|故障|失败|失敗|异常|異常)|(?:エラー|異常|故障) ?(?:なし|無し)|(?:오류|고장|이상) ?없음|(?:[报報告]警|警[报報]|故障|异常|異常|错误|錯誤)已?(?:解除|恢复|恢復|消除|清除|复位)|恢复正常|恢復正常|(?:警報|異常|故障)(?:復旧|解除)|(?:경보|고장) ?해제/u;

/** Before a word of trouble they deny it: "no error", "kein Fehler", "sans erreur". */
export const NEGATIONS = markedSet(`
  nothing nichts rien nada niente niets nic intet ничего
  no not non without zero never none neither nor isn't wasn't didn't doesn't hasn't don't n't
  kein keine keinen keiner keinerlei keines ohne nicht null
  aucun aucune sans pas par ni
  sin ningún ninguna ningun ninguno
  senza nessun nessuna nessuno
  geen zonder niet
  bez brak nie żadnych żaden zadnych
  sem nenhum nenhuma não nao
  ingen inga inget ei ej žádná žádné žádný bezchyb ei yok без нет
  intet utan uten uden ikke ilman nincs nincsenek żadna żadnej ningunos отсутствует отсутствуют`);

/** Words that say of a fault, an alarm or what watches for them that it is off, over, seen by somebody, or as it should be. */
const AT_REST = `
  deactivated deaktiviert abgeschaltet ausgeschaltet abgestellt zurückgesetzt gelöscht erledigt aufgehoben entwarnung bestanden
  behoben quittiert beendet fehlerfrei störungsfrei unscharf unscharfgeschaltet ruhe
  désactivé désactivée inactive arrêt arrêté arrêtée éteint éteinte acquitté acquittée résolu résolue effacé effacée rétabli
  rétablie réussi réussie néant terminé terminée levée ras
  desactivado desactivada apagado apagada inactivo inactiva reconocido reconocida borrado borrada restablecido restablecida
  restaurado restaurada superado superada correcto correcta resuelto resuelta nada despejado despejada aprobado aprobada
  disattivato disattivata disattivo disattiva spento spenta inattivo inattiva riconosciuto riconosciuta rientrato rientrata
  ripristinato ripristinata superato superata regolare assente cessato cessata disinserito disinserita escluso esclusa azzerato
  azzerata tacitato tacitata normale risolto risolta
  desativado desativada desligado desligada inativo inativa reconhecido reconhecida limpo limpa restabelecido restabelecida
  resolvido resolvida aprovado aprovada desarmado desarmada ausente
  uitgeschakeld gedeactiveerd inactief opgeheven hersteld bevestigd gewist geslaagd normaal afgemeld verholpen opgelost goed
  wyłączony wyłączona wyłączone wyłączono nieaktywny nieaktywna nieaktywne dezaktywowany dezaktywowana skasowany skasowana skasowano
  potwierdzony potwierdzona usunięty usunięta usunięto przywrócony przywrócona przywrócono zaliczony zaliczona normalny poprawny
  poprawna żaden żadna wyczyszczony zakończony zakończona rozbrojony rozbrojona prawidłowy prawidłowa
  vypnuto vypnutý vypnutá vypnut neaktivní deaktivován deaktivováno zrušeno zrušen zrušena potvrzeno potvrzen potvrzena obnoveno
  obnoven obnovena normální odstraněna odstraněno odstraněn vyřešeno klid žádný žádná žádné odblokováno
  avstängd avstängt inaktiv inaktivt inaktiverad inaktiverat avaktiverad kvitterat kvitterad återställd återställt godkänd godkänt
  normalt avklarat åtgärdat åtgärdad avslutat avslutad upphört
  avslått deaktivert kvittert tilbakestilt gjenopprettet bestått utbedret opphevet slukket deaktiveret kvitteret nulstillet
  genoprettet bestået afhjulpet frakoblet intet
  kuitattu poistunut palautettu hyväksytty normaali kunnossa korjattu
  nincs kikapcsolva kikapcsolt inaktív nyugtázva törölve helyreállt megfelelt normál rendben hibátlan megszűnt letiltva
  выкл выключен выключена выключено отключен отключена отключено неактивен неактивна неактивно подтвержден подтверждена сброшен
  сброшена сброшено устранен устранена устранено пройден пройдена исправен исправна исправно снята снят восстановлен восстановлено
  отсутствует отсутствуют
  kapalı pasif onaylandı temizlendi giderildi başarılı sorunsuz çözüldü tamam iptal`;

/** With which a text begins that says why and how long nothing is watched for: "disabled while empty". */
export const RESTING = markedSet(
  `${AT_REST} disabled inactive muted silenced suspended suspendida suspendido suspendue sospeso sospesa`,
);

/** After a word of trouble, at the end of the clause, they deny it: "errors: none", "fault = false". */
export const CLOSING_DENIALS = markedSet(`${AT_REST}
  none no not ok okay false off null nil normal inactive disabled passed clear absent never good
  keine keiner keines nein aus inaktiv aucun aucune non ninguno ninguna nessuno nessuna geen nee uit
  brak nie nenhum nenhuma não nao ingen žádné`);

/** After a word of trouble they say that it is over: "fault cleared", "Störung behoben". */
export const RESOLVED = wordSet(`
  cleared resolved recovered fixed gone corrected ended end over free reset acknowledged released
  canceled cancelled deactivation deactivated
  restored restore ripristinato ripristinata rétabli rétablie restaurado restaurada hersteld
  behoben beseitigt quittiert beendet résolu résolue resolu corrigé corrigée resuelto resuelta
  corregido risolto risolta opgelost verholpen usunięty usunięta usunieto naprawiony resolvido
  resolvida corrigido
  kvitterat kvittert kvitteret åtgärdat avhjälpt utbedret afhjulpet løst kuitattu korjattu potwierdzony skasowany potvrzeno vyřešeno
  nyugtázva törölve onaylandı giderildi устранено подтверждено подтверждена acquitté acquittée reconocida reconocido riconosciuto
  rientrato reconhecido bevestigd odstraněn odstraněna odstraněno устранен устранена снята erledigt aufgehoben zurückgesetzt
  afhjulpet temizlendi rettet repaired naprawiona naprawione reparada reparado réparé réparée repariert gerepareerd riparato riparata opraveno`);

/** After a word of trouble they make it part of a name: "error handler", "fault tolerance". */
export const NAMING_NOUNS = wordSet(`
  clock ticket tickets test tests testing handler handlers handling log logs logging logger correction correcting rate reporting report
  margin budget exit exits lighting page callback peak anchor pricing path section care infrastructure detection detector tolerance tolerant recovery threshold
  protokoll behandlung`);

/** Words that may stand between a word of trouble and what is said of it. */
export const FILLERS = wordSet(`
  code codes count counter number in out rx tx status state flag flags total is was are were has have been now
  ist sind war wurde wurden est sont es son è sono zijn werd jest são`);

/** The whole of a text in the place of an error that is none. */
export const NO_ERROR =
  /^(?:none|no ?errors?|ok|okay|succ|success|null|unknown|n\/?a|false|-+|0+|0x0+)?$/i;

/** Values that mean "nothing wrong" where a field speaks of trouble. */
export const BENIGN_VALUES = markedSet(`${AT_REST}
  none no ok okay false off normal null nil n/a na clear cleared idle good fine success
  successful succeeded undefined unknown healthy pass passed resolved - -- online connected ready
  running closed dry disarm disarmed arm armed armed_home armed_away armed_night armed_vacation away home
  scharf scharfgeschaltet armé armée désarmé désarmée armado armada desarmado desarmada inserito inserita disinserito
  disinserita uzbrojony uzbrojona rozbrojony rozbrojona ingeschakeld uitgeschakeld larmat avlarmat
  stay night vacation perimeter partial arming pending monitor exitdelay entrydelay awayexitdelay awayentrydelay 0x0 0x00 0x0000
  allclear noerror noerrors nofault noalarm noalarms standby
  keine kein keiner nein gut aus aucun aucune non ninguno ninguna nessuno nessuna geen nee uit brak nie
  nenhum nenhuma não nao ingen inga inget nej nei ei ej
  ne nu není neni yok hayır hayir нет норма norma succ
  corrected recovered canceled cancelled released complete completed accomplished acknowledged
  idleoff untriggered enable disable
  disabled inactif deaktiverad avslagen wylaczony wylaczona wylaczone zaden zadny zadna zadne poissa
  normalbetrieb normaloperation normaldrift normalbedrijf fonctionnementnormal funcionamientonormal funzionamentonormale
  funzionamentoregolare funzionamentocorretto fonctionnementcorrect fonctionnementrégulier funcionamientocorrecto
  libre libres libero libera livre frei vrij wolny wolna wolne volný volná volno ledig fri vapaa szabad serbest desbloqueado
  desbloqueada sbloccato sbloccata débloqué débloquée entriegelt ontgrendeld odblokowany odblokowana
  funcionamentonormal normalnapraca pracanormalna normálníprovoz normaalbedrijf ordnungsgemäß
  i.o i.o. inordnung nichtaktiv ohnebefund pasactive pasactif rienàsignaler enorden noactiva noactivo sinnovedad inordine nonattivo nonattiva
  emordem nãoativo nãoativa inorde nietactief nieaktiv wnormie niema wporządku vpořádku vnormě ejaktiv ejaktiverad
  ikkeaktiv ikkeaktiveret slåttav slåetfra av poispäältä poiskäytöstä pois eiaktiivinen eimitään eiaktiivisia ki fra
  внорме devredışı değil aktifdeğil eiole`);
