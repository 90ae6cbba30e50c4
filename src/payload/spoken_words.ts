/**
 * What devices and their owners write in other languages, by the English word that the rules know: what is wrong, what is
 * well, how things stand and what is measured. Words that are harmless in another language are left out.
 */
import { remembering } from "./remembered.ts";
import { markedSet, wordSet } from "./severity/word_set.ts";

/**
 * Words of some thirty languages of Europe and Asia, each by the English one; `_` stands between words. One that a rule reads
 * as more than the English one (`Strom` is the mains as well) may stand in a list of its own too.
 */
const WORDS: Readonly<Record<string, string>> = {
  error:
    "eroare σφάλμα sfalma viga kļūda klaida napaka greška pogreška грешка greshka pomylka lỗi kesalahan galat " +
    "ralat 오류 에러 エラー 错误 錯誤",
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
    "začepljeno забито засмічено засмічений запушен запушено tắc bị_tắc tersumbat eldugult upchatý 막힘 堵塞 " +
    "eltömődött eltömődve",
  overheated:
    "supraîncălzire supraîncălzit supraîncălzită υπερθέρμανση ülekuumenemine ülekuumenenud ülekuumenes pārkaršana " +
    "pārkarsis perkaitimas perkaito pregretje pregrevanje pregrijavanje pregrijan прегряване quá_nhiệt " +
    "panas_berlebih túlmelegedés túlmelegedett ylikuumentunut prehriatie 과열 過熱 过热 přehřátí přehřátý перегрев",
  overload:
    "suprasarcină υπερφόρτωση ülekoormus pārslodze perkrova preobremenitev preopterećenje перевантаження " +
    "претоварване quá_tải kelebihan_beban beban_lebih túlterhelés túlterhelt preťaženie 과부하 過負荷 过载 přetížení",
  tripped:
    "declanșat nostrādāja iskočio iskočila leoldott kioldott 트립 トリップ 跳闸 declanșată declanșate sprožena спрацював " +
    "спрацювала сработала",
  short_circuit:
    "scurtcircuit βραχυκύκλωμα lühis īssavienojums trumpasis_jungimas kratek_stik kratki_spoj коротке_замикання " +
    "късо_съединение ngắn_mạch chập_mạch korsleting hubung_singkat rövidzárlat skrat 단락 短絡 短路",
  leak:
    "scurgere διαρροή leke noplūde nuotėkis puščanje curenje протікання витік теч rò_rỉ bocor kebocoran szivárgás " +
    "누수 漏水 泄漏",
  lost:
    "pierdut pierdută χάθηκε kadunud zaudēts prarastas izgubljen izgubljena втрачено загубен загубена mất hilang " +
    "elveszett потеряно потеряна потерян utracone utracona utracono",
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
    "稼働中 运行 运行中 λειτουργεί jár",
  stopped:
    "oprit oprită σταματημένο σταμάτησε seisab peatatud apturēts sustabdytas sustojo ustavljen ustavljena " +
    "zaustavljen zaustavljena зупинено зупинений спрян спряна đã_dừng berhenti leállt leállítva pysäytetty durdu " +
    "durduruldu zastavené 정지 停止 σταματημένος стоји stojí gestoppt gestopt stoppad stoppet zastaveno zastavený " +
    "zatrzymany zatrzymana zatrzymane arrêté arrêtée fermo fermato detenido detenida parado parada остановлен " +
    "остановлена остановлены остановлено",
  on:
    "ενεργό ενεργή ieslēgts įjungtas įjungta vklopljen vklopljeno uključen uključeno увімкнено увімкнений включен " +
    "включена включено bekapcsolva 켜짐 オン hidup nyala укључен укључена укључено sepnuto sepnut sepnutý",
  off:
    "ανενεργό ανενεργή väljas izslēgts išjungtas išjungta izklopljen izklopljeno isključen isključeno вимкнено " +
    "вимкнений изключен изключена изключено 꺼짐 オフ ανενεργός σβηστός σβηστή σβηστό padam искључен искључена " +
    "искључено",
  open:
    "deschis deschisă ανοιχτό ανοικτό ανοιχτή avatud atvērts atidarytas atidaryta odprt odprto odprta otvoren " +
    "otvoreno otvorena відкрито відчинено отворен отворена отворено terbuka nyitva 열림 ανοιχτός geopend öppet " +
    "öppen åpen åbent auki avoinna otevřeno otevřený otevřená otwarty otwarta otwarte ouvert ouverte aperto " +
    "aperta abierto abierta aberto aberta offen geöffnet открыт открыта открыты открыто",
  closed:
    "închis închisă κλειστό κλειστή suletud aizvērts uždarytas uždaryta zaprt zaprto zaprta zatvoren zatvoreno " +
    "zatvorena закрито зачинено затворен затворена затворено tertutup zárva 닫힘 κλειστός zatvorený zatvorená " +
    "gesloten dicht stängd stängt lukket suljettu kiinni zavřeno zavřený zavřená zamknięty zamknięta zamknięte " +
    "fermé fermée chiuso chiusa cerrado cerrada fechado fechada geschlossen закрыт закрыта закрыты закрыто zárt",
  ok:
    "în_regulă εντάξει korras töökorras kārtībā tvarkoje v_redu u_redu гаразд справний справна наред изправен " +
    "bình_thường tốt baik aman 양호 良好",
  normal: "κανονικό κανονική ομαλή normaalne normāls normalu normalno нормально нормално 정상 正常",
  none:
    "niciuna niciun nimic κανένα καμία κανένας puudub nėra nema nič brez nijedna немає няма không không_có " +
    "tidak_ada tiada nihil 없음 なし 无 無 žiadna žiadny žiadne нема nicio ingenting ničesar ništa нищо нічого ei_ole",
  no: "όχι nē hayır ні",
  not: "δεν μη tidak bukan није nije",
  without: "fără χωρίς",
  resolved:
    "remediat remediată rezolvat rezolvată αποκαταστάθηκε kõrvaldatud novērsts pašalintas pašalinta odpravljena " +
    "odpravljeno otklonjen otklonjeno усунено усунуто отстранена отстранен đã_khắc_phục teratasi elhárítva 해제 복구됨 " +
    "復旧 отклоњен отклоњено odstránená odstránené odstránený diperbaiki sudah_diperbaiki parandatud eemaldatud " +
    "salabots novērsta sutvarkyta sutvarkytas popravljen popravljeno popravljena отремонтиран отремонтирана " +
    "отремонтирано отстранено відремонтовано ремонтовано rettet đã_sửa 수리완료 修理済 復旧済 已修复 已解除 已恢复 已排除",
  waiting:
    "așteptare αναμονή ootel gaida laukia čakanje čekanje очікування изчакване chờ menunggu várakozik beklemede " +
    "대기 대기중 待機 待機中 待机 väntar venter odottaa čaka чека чакане várakozás pihen wartet wacht čeká czeka attende ждёт " +
    "ждет ожидание ожидает",
  empty:
    "goală άδειο άδεια tühi tukšs tuščias tuščia prazen prazno prazna prazan порожній порожньо празен празна " +
    "kosong üres",
  state:
    "stare κατάσταση katastasi olek seisund stāvoklis būsena stanje стан состояние състояние állapot trạng_thái " +
    "keadaan durum durumu 상태 状態 状态",
  message:
    "mesaj μήνυμα teade ziņojums pranešimas sporočilo poruka повідомлення съобщение сообщение thông_báo pesan " +
    "üzenet 메시지 알림 ziņa",
  connection:
    "conexiune legătură σύνδεση sindesi ühendus savienojums ryšys povezava veza povezanost звязок зв_язок връзка " +
    "kết_nối 연결 接続",
  minimum:
    "minimo mínimo minimā minimalus minimalno мінімум минимум ελάχιστο 최소 下限 minima mínima minimale minimal " +
    "mindest minimální minimalna minimalny minimaal vähintään минимальная минимальный минимальна mínimos",
  maximum:
    "maximo máximo massimo maksimum maksimaalne maksimalus maksimalno максимум μέγιστο maks 최대 上限 maxima máxima " +
    "massima maximale maximal höchst maximální maximálna maximálny maksymalna maksymalny maximaal enintään " +
    "максимальная максимальный максимальна maksimal",
  threshold:
    "pragul όριο piirväärtus slieksnis порог поріг ngưỡng ambang_batas soglia umbral seuil próg tröskelvärde " +
    "schwelle schwellwert drempel",
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
    "võimsus jauda galia snaga потужність мощность мощност công_suất daya 전력 電力 功率 příkon prikon",
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
  low_battery:
    "низкий_заряд низкий_заряд_батареи батарея_разряжена батарейка_разряжена аккумулятор_разряжен 電池切れ 電池残量低下 " +
    "电量低 低电量 电池低 电池电量低 电量不足 배터리_부족 vybitá_baterie baterie_vybitá vybitá_batéria rozładowana_bateria " +
    "bateria_rozładowana pil_bitti pil_zayıf pil_düşük",
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
    "neustarts redémarrages reinicios riavvii reinícios herstarts omstarter genstarter restarty újraindítások " +
    "перезапуски перезапусков перезапусків рестарти reporniri επανεκκινήσεις taaskäivitusi taaskäivitused " +
    "pārstartēšanas perkrovimai ponovni_zagoni ponovna_pokretanja ponovnih_pokretanja újraindulások újraindítás " +
    "ujraindulasok uudelleenkäynnistykset yeniden_başlatma khởi_động_lại 재시작 再起動 重启次数 reštarty",
  sequence:
    "laufnummer løpenummer lopenummer løpenr lopenr löpnummer løbenummer lobenummer volgnummer sorszám secvență " +
    "sekvenssi sekvence последовательность послідовність",
  string: "strang chaîne cadena stringa łańcuch strängen streng sträng řetězec",
  inverter:
    "wechselrichter onduleur inversor falownik omvormer växelriktare vekselretter střídač měnič",
  active:
    "активан активна активно aktivan aktivna aktivno ενεργός активний активен activă aktiivne aktīvs aktyvus",
  settings:
    "einstellungen réglages paramètres ajustes configuración configurações impostazioni instellingen " +
    "inställningar indstillinger innstillinger ustawienia nastavení nastavenie nastavitve postavke podešavanja " +
    "подешавања налаштування настройки ayarlar beállítások asetukset setări ρυθμίσεις seaded iestatījumi " +
    "nustatymai cài_đặt pengaturan tetapan 설정 設定 设置 设定 設定値 definições definicoes уставки",
  limits:
    "grenzwerte grenzen limites límites limiti rajat határértékek όρια piirid robežas ribos meje granice границе " +
    "межі пределы граници giới_hạn grenswaarden gränser gränsvärden grænser grænseværdier grenser grenseverdier " +
    "limity meze praguri soglie umbrales seuils progi",
  last:
    "letzter letzte letztes dernier dernière ultimo última último laatste ostatni ostatnia ostatnie senaste " +
    "seneste viimeisin viimeinen viimane poslední posledný posledná posledné posledna posledni utolsó последний " +
    "последняя последнее останній остання последњи последња последње последен последна τελευταίο τελευταία " +
    "τελευταίος pēdējais pēdējā paskutinis paskutinė zadnji zadnja zadnje ultimul terakhir 마지막 sidste siste " +
    "viimased",
  broken:
    "katkenud katki purunenud salūzis saplīsis sulūžo sugedo sugedęs pokvarjen pokvarjena pokvaren pokvarena " +
    "razbit slomljen stricat зламаний зламано повредено скъсан счупен sự_hỏng rosak rusak 파손 破損",
  detected:
    "aptiktas aptikta tuvastatud konstatēts konstatēta zaznan zaznano zaznana otkriven otkriveno detectat " +
    "detectată виявлено открит открита открито tespit_edildi terdeteksi dikesan 감지 감지됨 検知 検出 észlelve phát_hiện " +
    "εντοπίστηκε ανιχνεύθηκε",
  disabled:
    "dinonaktifkan dinyahaktifkan dezactivat dezactivată απενεργοποιημένο keelatud atspējots atspējota " +
    "išaktyvuota onemogočen onemogočeno onemogućen onemogućeno вимкнуто деактивирано devre_dışı devre_disi " +
    "vô_hiệu đã_tắt letiltva 비활성 無効 停用 禁用",
  history:
    "riwayat sejarah istoric ιστορικό ajalugu vēsture istorija zgodovina povijest историја история історія " +
    "lịch_sử geçmiş historikk larmhistorik hälytyshistoria előzmények 이력 履歴 历史 historia historie historique " +
    "storico historial histórico verlauf geschiedenis előzmény",
  error_code:
    "에러코드 오류코드 고장코드 エラーコード 故障コード hibakód hibakod cod_avarie cod_eroare κωδικός_βλάβης κωδικός_σφάλματος veakood " +
    "kļūdas_kods klaidos_kodas koda_napake kod_greške код_ошибки код_помилки код_аварії код_на_грешка hata_kodu " +
    "arıza_kodu ariza_kodu mã_lỗi kode_kesalahan kode_error 故障代码 错误代码 故障码 エラー番号",
  maintenance:
    "întreținere mentenanță συντήρηση hooldus hoolduses apkope apkopē priežiūra vzdrževanje održavanje održavanju " +
    "одржавање одржавању обслуговування поддръжка bảo_trì penyelenggaraan perawatan pemeliharaan 점검중 点検中 " +
    "karbantartás bakım bakımda bakimda huolto huollossa údržba",
  last_fault: "son_arıza son_ariza",
  last_error: "son_hata",
  pump:
    "pompa pompă bomba pumpa črpalka crpka αντλία antlia sūknis siurblys čerpadlo насос помпа szivattyú pumppu " +
    "pumpe máy_bơm bơm 펌프 순환펌프 ポンプ 水泵",
  fan:
    "ventilator ventilátor ventilatorius ventiliatorius ventilators вентилятор вентилатор ανεμιστήρας lüfter " +
    "ventilateur ventilatore vifte fläkt blæser puhallin quạt kipas 환풍기 팬 ファン 送風機 风扇 风机 送风机",
  valve:
    "ventiil vārsts vožtuvas ventil клапан вентил βαλβίδα szelep venttiili válvula valvola soupape zawór vana " +
    "katup 밸브 バルブ 阀门",
  compressor:
    "kompresor kompresors kompresorius kompressori компресор компрессор συμπιεστής kompresszor kompressor " +
    "compresor compressore máy_nén pemampat 압축기 コンプレッサー 压缩机",
  heater:
    "încălzitor rezistență soojendi sildītājs šildytuvas grelnik grijač нагрівач нагревател нагреватель " +
    "θερμαντήρας fűtőtest lämmitin ısıtıcı isitici sưởi pemanas 히터 ヒーター 加热器 heizstab",
  burner:
    "arzător põleti deglis degiklis gorilnik plamenik пальник горелка καυστήρας égő poltin brülör brenner brûleur " +
    "quemador bruciatore brander brännare palnik hořák 버너 バーナー 燃烧器",
  sensor:
    "senzor andur jutiklis tipalo датчик сензор αισθητήρας érzékelő anturi sensör sensori cảm_biến penderia 센서 " +
    "センサー 传感器 fühler capteur sensore givare føler czujnik čidlo snímač",
  refrigerant:
    "freon freono freonas kältemittel réfrigérant refrigerante köldmedium kølemiddel kjølemedie " +
    "czynnik_chłodniczy chladivo kylmäaine hűtőközeg 냉매 冷媒",
  errors:
    "помилки помилок ошибки ошибок chyby hibák virheet hatalar erori σφάλματα vead kļūdas klaidos napake greške " +
    "pogreške грешки",
  tank:
    "tangki rezervor δεξαμενή paak tvertne talpykla rezervoar rezervoár резервуар бак tartály säiliö zbiornik " +
    "nádrž 탱크 水箱 タンク",
  blocked:
    "blocat blocată blokiran blokirano blokirana заблокирован заблокирована заблоковано заблокований блокиран " +
    "блокирана užblokuotas bloķēts blokeeritud",
  protection:
    "protecție protecția protecției zaštita zaščita заштита захист защита ochrana zabezpieczenie védelem suojaus " +
    "kaitse aizsardzība apsauga προστασία koruma koruması bảo_vệ perlindungan 보호 保護 保护",
  low:
    "silpna silpnas žema žemas scăzut scăzută nizka nizko nizak niska slaba низький низька низько ниска слаба " +
    "слабая слабый gyenge alacsony zayıf düşük rendah lemah yếu thấp 낮음 부족 χαμηλή χαμηλό madal vājš vāja zems " +
    "zema",
  good: "gera geras bună dobra добра добре хорошо καλή καλό hea iyi hyvä",
  dimming: "stmívání stmivani stmievanie ściemnianie dimmaus zatemnjevanje",
  phase_loss:
    "fáziskimaradás fázishiány lipsă_fază απώλεια_φάσης faasikadu fāzes_zudums fazės_dingimas izpad_faze " +
    "nestanak_faze обрыв_фазы обрив_фази отпаднала_фаза výpadek_fáze výpadok_fázy zanik_fazy faz_kaybı faz_kesik " +
    "mất_pha hilang_fasa 결상 欠相 缺相",
  enabled:
    "启用 activată activat ενεργοποιημένο lubatud iespējots omogočen omogočeno omogućen omogućeno увімкнуто " +
    "активирано engedélyezve etkin đã_bật diaktifkan dihidupkan 활성 有効",
  soil: "土壤 토양 土壌 почва ґрунт έδαφος augsne dirvožemis talaj maaperä toprak tanah",
  log:
    "журнал dnevnik дневник jurnal napló naplo žurnāls žurnalas ημερολόγιο nhật_ký günlük catatan logbok logbuch " +
    "logboek dziennik deník denník 로그 일지 ログ 日志",
  heating:
    "нагрів обігрів опалення θέρμανση küte soojendus apkure šildymas ogrevanje 난방 暖房 加热",
  limit:
    "grenze grenzwert límite limite granica граница межа piir robeža raja határérték gräns gränsvärde grænse " +
    "grænseværdi grense grenseverdi grens grenswaarde hranice mez",
  upper:
    "obere oberer oberes supérieure supérieur superior superiore bovenste övre øvre øverste górna górny horní " +
    "horná horný gornja gornji горња горњи горна горен верхня верхній верхняя верхний верхна ylempi felső άνω " +
    "ülemine augšējā augšējais viršutinė viršutinis zgornja zgornji superioară",
  lower:
    "untere unterer unteres inférieure inférieur inferior inferiore onderste nedre nederste dolna dolny dolní " +
    "dolná dolný donja donji доња доњи долна долен нижня нижній нижняя нижний alempi alsó κάτω alumine apakšējā " +
    "apakšējais apatinė apatinis spodnja spodnji inferioară",
  percent:
    "prozent pourcent procent procenti процент проценти процентов відсоток відсотків százalék yüzde prosent " +
    "prosenttia",
  demand: "stellwert stellgröße stellgroesse stellgrad",
  gateway:
    "passerelle pasarela puerta_de_enlace ağ_geçidi bramka yhdyskäytävä átjáró cổng_kết_nối 게이트웨이 ゲートウェイ 网关",
  previous:
    "edellinen edelliset föregående forrige vorige vorheriger vorherige précédent précédente precedente poprzedni " +
    "poprzednia poprzednie předchozí predošlý előző προηγούμενη προηγούμενο önceki предыдущая предыдущий " +
    "попередня попередній prethodni prethodna prejšnji prejšnja eelmine iepriekšējais ankstesnis sebelumnya 이전 前回",
  ammonia:
    "čpavek amoniak ammoniak ammoniaque amoníaco ammoniaca amonjak amoniac аммиак амоняк аміак αμμωνία ammónia " +
    "ammoniakki amonyak amonia 암모니아 アンモニア 氨气",
  motor: "двигателя двигатель двигун μοτέρ moottori motorn motoren motore",
  opening:
    "öffnet ouverture_en_cours abriendo abrindo apertura_in_corso in_apertura opent openend öppnar åbner åpner " +
    "avautuu otevírá otevírání otwiera otwieranie nyílik nyitás ανοίγει deschidere se_deschide açılıyor " +
    "открывается открываются відчиняється відкривається отваря_се otvara odpiranje avaneb atidaroma atveras " +
    "đang_mở membuka 열리는중 여는중 開動作 打开中",
  closing:
    "schließt schliesst fermeture_en_cours cerrando fechando chiusura_in_corso in_chiusura sluit sluitend stänger " +
    "lukker sulkeutuu zavírá zavírání zamyka zamykanie záródik zárás κλείνει închidere se_închide kapanıyor " +
    "закрывается закрываются зачиняється закривається затваря_се zatvara zapiranje sulgub uždaroma aizveras " +
    "đang_đóng menutup 닫히는중 닫는중 閉動作 关闭中",
  moving:
    "fährt bewegt en_mouvement en_movimiento in_movimento in_beweging rör_sig bevæger_sig liikkuu w_ruchu mozog " +
    "κινείται hareket_ediyor движется рухається движи_се kreće_se premika_se liigub juda kustas bergerak 이동중 動作中 " +
    "动作中",
};

/** Shorter ones are other words without the marks of their letters. */
const LEAST_UNMARKED = 4;
const MOST_WORDS = 3;

const ENGLISH = new Map<string, string>();
/** With what a phrase of several words begins. */
const FIRST = new Set<string>();
for (const [english, words] of Object.entries(WORDS)) {
  const written = wordSet(words);
  for (const word of markedSet(words)) {
    if (word.length < LEAST_UNMARKED && !written.has(word)) continue;
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
    said += (found ?? takenApart(word) ?? parts[at]) + (parts[end] ?? "");
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

/** What is written without spaces. */
const RUN = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Katakana}ー]{3,12}$/u;

/** A run of words that are all known, with spaces between them: `风机过载`; null for any other. */
function takenApart(run: string): string | null {
  if (!RUN.test(run)) return null;
  for (let length = run.length - 1; length > 0; length--) {
    const first = ENGLISH.get(run.slice(0, length));
    if (first === undefined) continue;
    const rest = run.slice(length);
    const others = ENGLISH.get(rest) ?? takenApart(rest);
    if (others !== null) return `${first} ${others}`;
  }
  return null;
}
