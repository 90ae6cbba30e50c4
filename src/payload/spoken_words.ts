/**
 * What devices and their owners write in other languages, by the English word that the rules know: what is wrong, what is
 * well, how things stand and what is measured. Words that are harmless in another language are left out.
 */
import { remembering } from "./remembered.ts";
import { markedSet } from "./severity/word_set.ts";

/**
 * Romanian, Greek, Estonian, Latvian, Lithuanian, Slovene, Croatian and Serbian, Slovak, Ukrainian, Bulgarian, Russian,
 * Hungarian, Finnish, Turkish, Vietnamese, Indonesian and Malay, Korean, Japanese and Chinese; `_` stands between words.
 */
const WORDS: Readonly<Record<string, string>> = {
  error:
    "eroare erori σφάλμα σφάλματα sfalma viga vead kļūda kļūdas klaida klaidos napaka napake greška greške " +
    "pogreška pogreške грешка грешки greshka pomylka lỗi kesalahan galat ralat 오류 에러 エラー 错误 錯誤",
  fault:
    "defecțiune defectiune defecțiuni avarie βλάβη βλάβες vlavi rike rikkis tõrge bojājums avārija gedimas " +
    "gedimai okvara okvare u_kvaru kvar_na kvarovi несправність несправний несправна повреда повредена повреден " +
    "неизправност gangguan kerusakan bị_hỏng hư_hỏng sự_cố meghibásodás meghibásodott üzemzavar vikatila 고장 故障 異常 " +
    "异常 квар",
  failed:
    "eșuat αποτυχία απέτυχε ebaõnnestus neizdevās nepavyko neuspešno neuspjelo neuspješno ni_uspelo не_вдалося " +
    "невдало неуспешно thất_bại sikertelen nem_sikerült epäonnistui başarısız zlyhalo zlyhanie 실패 失敗 失败",
  alarm: "συναγερμός häire trauksme aliarmas uzbuna тривога 경보 警報 报警",
  warning:
    "avertizare avertisment προειδοποίηση hoiatus brīdinājums įspėjimas opozorilo upozorenje попередження " +
    "предупреждение cảnh_báo peringatan 경고 警告",
  stuck:
    "înțepenit înțepenită μπλοκαρισμένο κολλημένο μπλόκαρε kinni_kiilunud kiilunud kinni_jäänud iestrēdzis " +
    "iesprūdis užstrigo užstrigęs įstrigęs zataknjen zataknjeno zataknjena zaglavljen zaglavljeno zaglavljena " +
    "застряг застрягло заклинив заял заяла заседнал заклинен kẹt bị_kẹt macet tersangkut elakadt beragadt " +
    "megszorult sat_fast satt_fast sıkışma 걸림 끼임 詰まり 卡住 заглављен заглављена заглављено",
  clogged:
    "înfundat înfundată βουλωμένο φραγμένο ummistunud aizsērējis užsikimšo užsikimšęs zamašen zamašeno začepljen " +
    "začepljeno забито засмічено засмічений запушен запушено tắc bị_tắc tersumbat eldugult upchatý 막힘 堵塞",
  overheated:
    "supraîncălzire supraîncălzit supraîncălzită υπερθέρμανση ülekuumenemine ülekuumenenud ülekuumenes pārkaršana " +
    "pārkarsis perkaitimas perkaito pregretje pregrevanje pregrijavanje pregrijan прегряване quá_nhiệt " +
    "panas_berlebih túlmelegedés túlmelegedett ylikuumentunut prehriatie 과열 過熱 过热 přehřátí přehřátý",
  overload:
    "suprasarcină υπερφόρτωση ülekoormus pārslodze perkrova preobremenitev preopterećenje перевантаження " +
    "претоварване quá_tải kelebihan_beban beban_lebih túlterhelés túlterhelt preťaženie 과부하 過負荷 过载 přetížení",
  tripped: "declanșat nostrādāja iskočio iskočila leoldott kioldott 트립 トリップ 跳闸",
  short_circuit:
    "scurtcircuit βραχυκύκλωμα lühis īssavienojums trumpasis_jungimas kratek_stik kratki_spoj коротке_замикання " +
    "късо_съединение ngắn_mạch chập_mạch korsleting hubung_singkat rövidzárlat skrat 단락 短絡 短路",
  leak:
    "scurgere διαρροή leke noplūde nuotėkis puščanje curenje протікання витік теч rò_rỉ bocor kebocoran szivárgás " +
    "누수 漏水 泄漏",
  lost:
    "pierdut pierdută χάθηκε kadunud zaudēts prarastas izgubljen izgubljena втрачено загубен загубена mất hilang " +
    "elveszett",
  disconnected:
    "deconectat deconectată αποσυνδεδεμένο αποσυνδεδεμένη αποσυνδέθηκε lahti_ühendatud ühendus_puudub atvienots " +
    "atjungtas atsijungė nepovezan odspojen prekinuta_veza nema_veze brez_povezave відключено від_єднано " +
    "немає_звязку немає_зв_язку прекъсната прекъснат няма_връзка mất_kết_nối terputus tidak_terhubung " +
    "lecsatlakozva nincs_kapcsolat yhteys_katkennut bağlantı_kesildi bağlantı_koptu bağlantı_yok odpojené 연결_끊김 " +
    "切断 αποσυνδεδεμένος odpojená odpojený tidak_disambung",
  offline:
    "εκτός_σύνδεσης võrgust_väljas bezsaistē neprisijungęs офлайн ngoại_tuyến luring nem_elérhető çevrimdışı 오프라인 " +
    "オフライン 离线 離線",
  connected:
    "conectată συνδεδεμένο συνδεδεμένη ühendatud savienots pieslēgts prijungtas prisijungęs povezan povezana " +
    "spojen підключено на_звязку на_зв_язку свързан свързана đã_kết_nối 연결됨 接続中 已连接 συνδεδεμένος повезан повезана " +
    "pripojená pripojené bersambung",
  online:
    "võrgus tiešsaistē prisijungta онлайн trực_tuyến daring çevrimiçi 온라인 オンライン 在线 在線",
  running:
    "pornit pornită funcționează în_funcțiune λειτουργία σε_λειτουργία töötab darbojas strādā veikia dirba deluje " +
    "працює работи đang_chạy chạy berjalan beroperasi működik üzemel käynnissä çalışıyor 가동 가동중 운전 운전중 작동중 運転 運転中 " +
    "稼働中 运行 运行中 λειτουργεί",
  stopped:
    "oprit oprită σταματημένο σταμάτησε seisab peatatud apturēts sustabdytas sustojo ustavljen ustavljena " +
    "zaustavljen zaustavljena зупинено зупинений спрян спряна đã_dừng berhenti leállt leállítva pysäytetty durdu " +
    "durduruldu zastavené 정지 停止 σταματημένος стоји stojí",
  on:
    "ενεργό ενεργή ieslēgts įjungtas įjungta vklopljen vklopljeno uključen uključeno увімкнено увімкнений включен " +
    "включена включено bekapcsolva 켜짐 オン hidup nyala укључен укључена укључено",
  off:
    "ανενεργό ανενεργή väljas izslēgts išjungtas išjungta izklopljen izklopljeno isključen isključeno вимкнено " +
    "вимкнений изключен изключена изключено 꺼짐 オフ ανενεργός σβηστός σβηστή σβηστό padam искључен искључена " +
    "искључено",
  open:
    "deschis deschisă ανοιχτό ανοικτό ανοιχτή avatud atvērts atidarytas atidaryta odprt odprto odprta otvoren " +
    "otvoreno otvorena відкрито відчинено отворен отворена отворено terbuka nyitva 열림 ανοιχτός",
  closed:
    "închis închisă κλειστό κλειστή suletud aizvērts uždarytas uždaryta zaprt zaprto zaprta zatvoren zatvoreno " +
    "zatvorena закрито зачинено затворен затворена затворено tertutup zárva 닫힘 κλειστός zatvorený zatvorená",
  ok:
    "în_regulă εντάξει korras töökorras kārtībā tvarkoje v_redu u_redu гаразд справний справна наред изправен " +
    "bình_thường tốt baik aman 양호 良好",
  normal: "κανονικό κανονική ομαλή normaalne normāls normalu normalno нормально нормално 정상 正常",
  none:
    "niciuna niciun nimic κανένα καμία κανένας puudub nėra nema nič brez nijedna немає няма không không_có " +
    "tidak_ada tiada nihil 없음 なし 无 無 žiadna žiadny žiadne нема",
  no: "όχι nē hayır ні",
  not: "δεν μη nem tidak bukan није nije",
  without: "fără χωρίς",
  resolved:
    "remediat remediată rezolvat rezolvată αποκαταστάθηκε kõrvaldatud novērsts pašalintas pašalinta odpravljena " +
    "odpravljeno otklonjen otklonjeno усунено усунуто отстранена отстранен đã_khắc_phục teratasi elhárítva 해제 복구됨 " +
    "復旧 отклоњен отклоњено odstránená odstránené odstránený",
  waiting:
    "așteptare αναμονή ootel gaida laukia čakanje čekanje очікування изчакване chờ menunggu várakozik beklemede " +
    "대기 대기중 待機 待機中 待机",
  empty:
    "goală άδειο άδεια tühi tukšs tuščias tuščia prazen prazno prazna prazan порожній порожньо празен празна " +
    "kosong üres",
  state:
    "stare κατάσταση katastasi olek seisund stāvoklis būsena stanje стан состояние състояние állapot trạng_thái " +
    "keadaan durum durumu 상태 状態 状态",
  message:
    "mesaj μήνυμα teade ziņojums pranešimas sporočilo poruka повідомлення съобщение сообщение thông_báo pesan " +
    "üzenet 메시지 알림",
  connection:
    "conexiune legătură σύνδεση sindesi ühendus savienojums ryšys povezava veza povezanost звязок зв_язок връзка " +
    "kết_nối 연결 接続",
  minimum: "minimo mínimo minimā minimalus minimalno мінімум минимум ελάχιστο 최소",
  maximum:
    "maximo máximo massimo maksimum maksimaalne maksimalus maksimalno максимум μέγιστο maks 최대",
  threshold: "pragul όριο piirväärtus slieksnis порог поріг ngưỡng ambang_batas",
  temperature:
    "temperatur température temperatura temperatuur temperaturen températures temperaturas teplota teploty " +
    "sıcaklık hőmérséklet lämpötila temperatură θερμοκρασία thermokrasia temperatūra температура nhiệt_độ suhu 온도 " +
    "温度",
  humidity:
    "feuchte feuchtigkeit luftfeuchte luftfeuchtigkeit humidité humedad umidità umidade vochtigheid " +
    "luchtvochtigheid fuktighet luftfuktighet fugtighed luftfugtighed wilgotność vlhkost páratartalom kosteus " +
    "ilmankosteus umiditate υγρασία ygrasia niiskus õhuniiskus mitrums drėgmė drėgnumas vlaga vlažnost вологість " +
    "влажность влажност độ_ẩm kelembapan kelembaban 습도 湿度",
  pressure:
    "druck pression presión pressione pressão druk tryck tryk trykk ciśnienie tlak basınç nyomás paine presiune " +
    "πίεση piesi rõhk spiediens slėgis pritisak тиск давление налягане áp_suất tekanan 압력 圧力 压力",
  voltage:
    "spannung tension tensión voltaje tensione tensão spanning spänning spænding spenning napięcie napětí gerilim " +
    "feszültség jännite tensiune τάση pinge spriegums įtampa napetost napon напруга напряжение напрежение điện_áp " +
    "tegangan 전압 電圧 电压",
  current:
    "strom courant corriente corrente stroom ström strøm prąd proud akım áram áramerősség virta curent curentul " +
    "ρεύμα strāva srovė struja струм dòng_điện arus 전류 電流 电流",
  power:
    "leistung puissance potencia potenza potência vermogen moc výkon güç teljesítmény teho effekt putere ισχύς " +
    "võimsus jauda galia snaga потужність мощность мощност công_suất daya 전력 電力 功率",
  flow:
    "durchfluss débit caudal portata vazão debiet flöde gennemstrømning gjennomstrømning przepływ průtok debi " +
    "áramlás virtaus ροή παροχή vooluhulk plūsma srautas pretok protok витрата расход дебит lưu_lượng aliran 유량 " +
    "流量",
  level:
    "füllstand pegel niveau nivel livello nível peil nivå poziom hladina seviye szint vízszint pinnankorkeus " +
    "vattennivå hladiny στάθμη stathmi veetase līmenis lygis nivo razina рівень уровень ниво mực_nước 수위 水位 液位",
  frequency:
    "frequenz fréquence frecuencia frequenza frequência frequentie frekvens częstotliwość frekvence frekans " +
    "frekvencia taajuus frecvență συχνότητα sagedus dažnis frekvenca frekvencija частота честота tần_số frekuensi " +
    "주파수 周波数 频率",
  speed:
    "drehzahl geschwindigkeit vitesse velocidad velocità velocidade toerental snelheid varvtal hastighet " +
    "hastighed omdrejninger prędkość obroty otáčky rychlost hız sebesség fordulatszám nopeus kierrosluku viteză " +
    "turație ταχύτητα στροφές kiirus pöörded ātrums greitis sūkiai hitrost brzina швидкість скорость скорост " +
    "tốc_độ kecepatan 속도 速度 转速",
  battery:
    "batterie batería batteria bateria batterij batteri baterie batteriet akku accu akumulator akumulátor pila " +
    "pilha paristo akkumulátor μπαταρία mpataria akumulators baterija батарея батерия baterai 배터리 電池 电池",
  oxygen:
    "sauerstoff oxygène oxígeno ossigeno oxigénio zuurstof syre oksygen tlen kyslík oksijen oxigén happi oxigen " +
    "οξυγόνο hapnik skābeklis deguonis kisik кисень кислород oksigen 산소 酸素 溶解氧",
  weight:
    "gewicht poids vikt vekt vægt waga hmotnost hmotnosť ağırlık súly paino greutate βάρος svars svoris teža " +
    "težina вага вес тегло trọng_lượng berat 무게 重量",
  saturation:
    "sättigung saturación saturazione saturação verzadiging mättnad mætning metning nasycenie nasycení",
  heat: "wärme chaleur calor calore warmte värme varme ciepło teplo ısı hő lämpö",
  total: "gesamt totale totaal razem łącznie celkem samlet totalt yhteensä toplam összes összesen",
  restarts:
    "neustarts redémarrages reinicios riavvii reinícios herstarts omstarter genstarter restarty újraindítások",
  sequence:
    "laufnummer løpenummer lopenummer løpenr lopenr löpnummer løbenummer lobenummer volgnummer sorszám",
  string: "strang chaîne cadena stringa łańcuch strängen streng sträng řetězec",
  inverter:
    "wechselrichter onduleur inversor falownik omvormer växelriktare vekselretter střídač měnič",
  active:
    "активан активна активно aktivan aktivna aktivno ενεργός активний активен activă aktiivne aktīvs aktyvus",
  settings:
    "einstellungen réglages paramètres ajustes configuración configurações impostazioni instellingen " +
    "inställningar indstillinger innstillinger ustawienia nastavení nastavenie nastavitve postavke podešavanja " +
    "подешавања налаштування настройки ayarlar beállítások asetukset setări ρυθμίσεις seaded iestatījumi " +
    "nustatymai cài_đặt pengaturan tetapan 설정 設定 设置",
  limits:
    "grenzwerte grenzen limites límites limiti rajat határértékek όρια piirid robežas ribos meje granice границе " +
    "межі пределы граници giới_hạn grenswaarden gränser gränsvärden grænser grænseværdier grenser grenseverdier " +
    "limity meze praguri",
  last:
    "letzter letzte letztes dernier dernière ultimo última último laatste ostatni ostatnia ostatnie senaste " +
    "seneste viimeisin viimeinen viimane poslední posledný posledná posledné posledna posledni utolsó последний " +
    "последняя последнее останній остання последњи последња последње последен последна τελευταίο τελευταία " +
    "τελευταίος pēdējais pēdējā paskutinis paskutinė zadnji zadnja zadnje ultimul terakhir 마지막",
};

/** Shorter ones are other words without the marks of their letters. */
const LEAST_UNMARKED = 4;
const MOST_WORDS = 3;

const ENGLISH = new Map<string, string>();
/** With what a phrase of several words begins. */
const FIRST = new Set<string>();
for (const [english, words] of Object.entries(WORDS)) {
  for (const word of markedSet(words)) {
    const isWritten = ` ${words} `.includes(` ${word} `);
    if (!isWritten && word.length < LEAST_UNMARKED) continue;
    ENGLISH.set(word, english);
    const at = word.indexOf("_");
    if (at > 0) FIRST.add(word.slice(0, at));
  }
}

/** Each word that is no phrase, with the English one. */
export function* spokenWords(): Generator<readonly [word: string, english: string]> {
  for (const entry of ENGLISH) if (!entry[0].includes("_")) yield entry;
}

/** A text with each word that is known in English, in small letters; all else stays as it is. Remembered. */
export const inEnglish: (text: string) => string = remembering((text) => {
  const parts = text.split(/([^\p{L}\p{M}'’]+)/u);
  let said = "";
  for (let at = 0; at < parts.length;) {
    const word = parts[at].toLowerCase();
    const phrase = FIRST.has(word) ? phraseAt(parts, at) : undefined;
    const found = phrase?.english ?? ENGLISH.get(word);
    const end = at + (phrase?.length ?? 1);
    said += (found ?? parts[at]) + (parts[end] ?? "");
    at = end + 1;
  }
  return said;
});

/** The longest phrase that begins at a word, with how many parts it takes. */
function phraseAt(
  parts: readonly string[],
  at: number,
): { english: string; length: number } | undefined {
  for (let length = 2 * MOST_WORDS - 1; length > 1; length -= 2) {
    const taken = parts.slice(at, at + length);
    const areJoined = taken.every((part, i) => i % 2 === 0 || /^[ _-]$/.test(part));
    if (taken.length < length || !areJoined) continue;
    const english = ENGLISH.get(taken.map((part, i) => i % 2 ? "_" : part.toLowerCase()).join(""));
    if (english !== undefined) return { english, length };
  }
}
