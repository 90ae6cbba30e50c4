import assert from "node:assert/strict";
import { diagnosisOf } from "../../cases/runner.ts";

/** A topic of "unit7", what is told there, and what it told before. */
type Told = readonly [topic: string, payload: string, before?: string];

const STARTED_MS = Date.UTC(2026, 2, 14, 18, 30, 0);

function payloadOf(text: string): unknown {
  return text.startsWith("{") ? JSON.parse(text) : text;
}

function isBlamed([topic, payload, before = payload]: Told): boolean {
  const messages = Array.from({ length: 12 }, (_, i) => ({
    topic,
    payload: payloadOf(i < 7 ? before : payload),
    at: 1 + i * 2.3 + (i % 3) * 0.4,
  }));
  const call = { tool: "debug_device", args: { device_id: "unit7" } };
  const diagnosis = diagnosisOf(
    { name: "told", family: "none", source: "", messages, expect: {}, calls: [call] },
    { deviceId: "unit7", seconds: 30, startedAtMs: STARTED_MS, call },
  );
  return diagnosis.findings.some(({ severity }) => severity !== "info");
}

Deno.test("trouble of machines, vehicles, hosts and fields is heard in the words that they use", () => {
  const sick: Told[] = [
    ["yl/unit7/report", '{"event":"LeakSensor.Alert","data":{"state":"alert","battery":4}}'],
    ["planta/unit7/chiller", '{"TEMP_SUM":7.1,"FALLA_TERMICA":1,"MARCHA":0}'],
    ["hus/unit7/pump", '{"larm_pump":1,"drift":0}'],
    ["plc/unit7/db10", '{"Stoer_Antrieb_1":true,"Stoer_Antrieb_2":false}'],
    ["ev/unit7/pompa", '{"asiri_isinma":true}'],
    ["nms/unit7/meters", '{"m1":"ok","m2":"ok","m3":"crc_mismatch","m4":"ok"}'],
    [
      "rack/unit7/psu",
      '{"psu1":{"state":"ok"},"psu2":{"state":"ok"},"psu3":{"state":"absent_input"}}',
    ],
    ["esp/unit7/diag", '{"adc":"pass","rtc":"pass","flash":"pass","lora":"no_ack"}'],
    ["bms/unit7/protection", '{"ov":0,"uv":1,"oc":0}'],
    ["bess/unit7/alarms", '{"alarms":["ISO_LOW"]}'],
    ["dsc/unit7/event", "502 System Trouble"],
    ["esp/unit7/log", "E (12345) wifi: reconnect exhausted"],
    ["host/unit7/log", "<3>Nov 26 18:01:02 host app[12]: write refused"],
    [
      "$sys/p1/unit7/thing/property/post/reply",
      '{"id":"1","code":2409,"msg":"identifier not exist"}',
    ],
    ["house/unit7/status", '{"message":"Faulty leak sensor"}'],
    ["house/unit7/status", '{"status":"smoke sensor fault"}'],
    ["panel/unit7/state", '{"armed":false,"alarm_active":true}'],
    ["srv/unit7/alert", '{"severity":"critical","summary":"disk failed on srv1"}'],
    ["lora/unit7/up", '{"battery_level":"Normal","reason_for_failure":"the antenna is short"}'],
    ["gps/unit7/mode/fix_ok", "0"],
    ["tracker/unit7/position", '{"fix":false,"satellites":0,"lat":0,"lon":0,"speed":0}'],
    ["tracker/unit7/position", '{"fixStatus":"NO_FIX","sats":0,"latitude":null,"longitude":null}'],
    ["gps/unit7/TPV", '{"class":"TPV","device":"/dev/ttyS0","mode":1}'],
    ["boat/unit7/gnss", '{"fix_type":0,"fix_type_name":"NO_FIX","satellites_visible":0}'],
    [
      "tracker/unit7/up",
      '{"data":{"positionStatus":"Positioning timeout: GNSS fix failed","battery":90}}',
    ],
    ["router/unit7/wan", '{"status":"down","ip":""}'],
    ["router/unit7/state", '{"wan1":"up","wan2":"down","sim":"ready"}'],
    ["router/unit7/failover", '{"active_wan":"backup","primary":"failed"}'],
    ["docker/unit7/container/mosquitto", '{"state":"exited","exit_code":137,"health":"none"}'],
    [
      "docker/unit7/container/mosquitto",
      '{"Status":"Exited (1) 5 minutes ago","Name":"mosquitto"}',
    ],
    ["docker/unit7/container/web", '{"state":"restarting","restart_count":14}'],
    ["docker/unit7/container/web", '{"status":"running","health":"unhealthy"}'],
    ["docker/unit7/container/web", '{"state":"dead"}'],
    ["systemd/unit7/nginx", '{"ActiveState":"failed","SubState":"failed"}'],
    ["systemd/unit7/nginx", '{"active":"activating","sub":"auto-restart"}'],
    [
      "backup/unit7/job",
      '{"status":"failed","last_success":"2026-03-01T02:00:00Z","exit_status":1}',
    ],
    ["k8s/unit7/pod/web", '{"phase":"Running","reason":"CrashLoopBackOff","restarts":22}'],
    ["k8s/unit7/pod/web", '{"status":"ImagePullBackOff"}'],
    ["k8s/unit7/pod/web", '{"reason":"OOMKilled"}'],
    ["k8s/unit7/node", '{"Ready":"False","MemoryPressure":"True"}'],
    [
      "check/unit7/http",
      '{"state":"CRITICAL","output":"HTTP CRITICAL - Unable to open TCP socket"}',
    ],
    ["check/unit7/load", '{"state":"WARNING","output":"WARNING - load average: 12, 9, 7"}'],
    ["proxmox/unit7/vm/101", '{"status":"io-error"}'],
    ["zfs/unit7/pool/tank", '{"state":"FAULTED"}'],
    ["zfs/unit7/pool/tank", '{"health":"SUSPENDED"}'],
    ["nas/unit7/disk/2", '{"status":"Crashed","temp":41}'],
    ["nas/unit7/disk/2", '{"smart":"PRE-FAIL"}'],
    ["nas/unit7/fs", '{"mount":"/","readonly":true,"disk_full":true}'],
    ["host/unit7/disk", '{"path":"/","used_percent":99.6}'],
    ["factory/unit7/anomaly", '{"anomaly":true,"score":0.97}'],
    ["vib/unit7/status", '{"anomaly_detected":true}'],
    ["vib/unit7/state", '{"anomalyDetected":1,"model":"v2"}'],
    ["vib/unit7/machineState", '{"state":"anomalous"}'],
    ["truck/unit7/can", '{"dpf_status":"regeneration required","speed":0}'],
    ["truck/unit7/status", '{"adblue_low":true,"engine_hours":312}'],
    ["car/unit7/status", '{"washer_fluid":"low","doors":"closed"}'],
    ["car/unit7/status", '{"brakeFluidWarning":"BrakeFluidTooLow"}'],
    ["car/unit7/status", '{"serviceWarningStatus":"OverdueForService"}'],
    ["car/unit7/tyre", '{"frontLeft":"VeryLowPressure","frontRight":"NoWarning"}'],
    ["bike/unit7/ecu", '{"charge_state":"fault","soc":30}'],
    ["bus/unit7/tpms", '{"axle1_left":{"bar":1.2,"alarm":"fast_leak"}}'],
    ["ebike/unit7/lock", '{"lock_state":"JAMMED"}'],
    ["reefer/unit7/alarms", '{"active":[{"code":"AL18","description":"High discharge pressure"}]}'],
    ["drone/unit7/status", '{"armed":true,"ekf_ok":false,"mode":"RTL"}'],
    ["drone/unit7/sys", '{"failsafe":true,"rc_lost":true}'],
    ["drone/unit7/compass", '{"compass_status":"needs calibration"}'],
    ["drone/unit7/sys", '{"rc_signal_lost":true}'],
    ["agv/unit7/state", '{"safetyState":{"eStop":"MANUAL","fieldViolation":false}}'],
    ["agv/unit7/status", '{"nav_state":"lost","battery":70}'],
    ["robot/unit7/status", '{"mission_state":"Aborted","battery":70}'],
    ["robot/unit7/status", '{"lift_state":"FAILED"}'],
    ["robot/unit7/status", '{"state":"blocked_path","waiting":true}'],
    ["robot/unit7/arm", '{"joint_3":"collision detected"}'],
    ["robot/unit7/arm", '{"robot_mode":"POWER_OFF","safety_mode":"FAULT"}'],
    ["farm/unit7/pivot", '{"status":"alignment fault","pressure":0}'],
    ["farm/unit7/barn", '{"vent_fail":true,"temp":31}'],
    ["farm/unit7/silo", '{"feed_empty":true}'],
    ["farm/unit7/milk", '{"tank_temp_alarm":true,"agitator":"stopped"}'],
    ["farm/unit7/valve3", '{"state":"open","flow":0,"fault":"no_flow"}'],
    ["farm/unit7/station", '{"solenoid":"open circuit"}'],
    ["farm/unit7/station", '{"solenoid_3":"shorted"}'],
    ["farm/unit7/fence", '{"fence_voltage_low":true}'],
    ["farm/unit7/fence", '{"status":"Kurzschluss"}'],
    ["farm/unit7/zuun", '{"status":"Ventilator ausgefallen"}'],
    ["water/unit7/ps", '{"pump1":"tripped","pump2":"running","level":2.1}'],
    ["water/unit7/ps", '{"pump1_status":"fail to start","level":2.1}'],
    ["water/unit7/ps", '{"high_level_float":true,"wet_well_overflow":true}'],
    ["water/unit7/meter", '{"alarms":["BACKFLOW","EMPTY_PIPE"]}'],
    ["water/unit7/meter", '{"status":"burst"}'],
    ["water/unit7/meter", '{"tamper":true}'],
    ["water/unit7/chlor", '{"cell":"scaled","no_flow":true}'],
    ["water/unit7/uv", '{"lamp_failure":true}'],
    ["water/unit7/uv", '{"lamp":"failed","hours":9000}'],
    ["tank/unit7/level", '{"level_mm":9999,"error":"echo lost"}'],
    ["tank/unit7/level", '{"status":"loss of echo"}'],
    ["pump/unit7/status", '{"cavitation":true,"flow":1}'],
    ["wx/unit7/rain", '{"gauge":"blocked"}'],
    ["wx/unit7/wind", '{"wind_sensor":"iced","speed":0}'],
    ["wx/unit7/state", '{"heater_fault":true}'],
    ["wx/unit7/state", '{"sensor_status":"communication error"}'],
    ["vend/unit7/status", '{"coin_mech":"jammed","bill_validator":"ok"}'],
    ["vend/unit7/status", '{"bill_validator":"stacker full"}'],
    ["vend/unit7/status", '{"changer":"out of change"}'],
    ["pos/unit7/printer", '{"printer":"paper end","drawer":"closed"}'],
    ["pos/unit7/printer", '{"paper_status":"empty"}'],
    ["esl/unit7/tag", '{"state":"update failed","battery":2.9}'],
    ["fridge/unit7/status", '{"door_alarm":true,"temp":9}'],
    ["fridge/unit7/status", '{"compressor":"lockout"}'],
    ["fridge/unit7/state", '{"evap":"iced up"}'],
    ["kiosk/unit7/status", '{"screen":"not responding"}'],
    ["print/unit7/state", '{"state":"Attention","filament":"runout"}'],
    ["print/unit7/state", '{"status":"paused","reason":"thermal runaway"}'],
    ["print/unit7/state", '{"print_error":83935249}'],
    ["med/unit7/pump", '{"alarm":"OCCLUSION_DOWNSTREAM"}'],
    ["med/unit7/pump", '{"alarmState":"infusion complete, air in line"}'],
    ["med/unit7/monitor", '{"lead_off":true,"hr":0}'],
    ["med/unit7/monitor", '{"ecg":"leads off","spo2":"probe off"}'],
    ["med/unit7/freezer", '{"status":"temperature excursion"}'],
    ["med/unit7/cold", '{"excursion":true,"temp":11.2}'],
    ["light/unit7/status", '{"lamp_failure":true,"dim":80}'],
    ["light/unit7/status", '{"driver":"failure"}'],
    ["light/unit7/status", '{"relay_stuck":true}'],
    ["lift/unit7/state", '{"status":"out of service"}'],
    ["lift/unit7/state", '{"mode":"Außer Betrieb"}'],
    ["lift/unit7/state", '{"state":"entrapment"}'],
    ["escal/unit7/state", '{"status":"hors service"}'],
    ["escal/unit7/state", '{"stato":"fuori servizio"}'],
    ["fire/unit7/panel", '{"loop1":"open loop","battery":"ok"}'],
    ["fire/unit7/panel", '{"earth_fault":true}'],
    ["fire/unit7/panel", '{"ground_fault":true}'],
    ["park/unit7/bay3", '{"status":"sensor blind"}'],
    ["bin/unit7/status", '{"fill":98,"sensor_dirty":true}'],
    ["ahu/unit7/points", '{"filter_alarm":true,"frost_alarm":false}'],
    ["ahu/unit7/points", '{"freezestat":"tripped"}'],
    ["ahu/unit7/points", '{"belt_broken":true}'],
    ["vav/unit7/points", '{"reliability":"no-sensor"}'],
    [
      "vav/unit7/points",
      '{"status_flags":{"in_alarm":true,"fault":false,"overridden":false,"out_of_service":false}}',
    ],
    ["vav/unit7/points", '{"reliability":"communication-failure"}'],
    ["boat/unit7/bilge", '{"bilge_alarm":true}'],
    ["boat/unit7/autopilot", '{"state":"standby","alarm":"off course"}'],
    ["modem/unit7/status", '{"registration":"denied","rssi":-71}'],
    ["modem/unit7/status", '{"reg_status":"searching","operator":""}'],
    ["modem/unit7/status", '{"sim":"not inserted"}'],
    ["sms/unit7/sent", '{"result":"failed","to":"+31600000000"}'],
    ["asic/unit7/status", '{"hashrate":0,"chain_2":"missing","fan":"ok"}'],
    ["asic/unit7/stats", '{"hashboards":[{"status":"ok"},{"status":"dead"},{"status":"ok"}]}'],
    ["asic/unit7/stats", '{"pool_status":"Dead","hashrate":91}'],
    ["asic/unit7/stats", '{"fan1":0,"fan_status":"fan lost"}'],
    ["stream/unit7/state", '{"stream":"frozen","fps":0}'],
    ["radio/unit7/tx", '{"pll":"unlocked","power":0}'],
    ["gw/unit7/event/stats", '{"rxPacketsReceived":0,"concentrator":"failed to start"}'],
    [
      "lora/unit7/event/error",
      '{"level":"ERROR","code":"UPLINK_MIC","description":"MIC of uplink frame is invalid"}',
    ],
    ["lora/unit7/up", '{"object":{"err":"sensor disconnected","battery":3.6}}'],
    ["lora/unit7/up", '{"object":{"probe":"disconnected","temp":null}}'],
    ["lora/unit7/up", '{"object":{"ext_sensor":"No external sensor","TempC_DS":327.67}}'],
    ["lora/unit7/up", '{"object":{"temperature_1_state":"read error","t1":null}}'],
    ["lora/unit7/up", '{"object":{"sensor_state":"saturated"}}'],
    ["site/unit7/etat", "en panne"],
    ["site/unit7/stato", "in avaria"],
    ["site/unit7/estado", "averiado"],
    ["site/unit7/estado", "fuera de servicio"],
    ["site/unit7/estado", "atascado"],
    ["site/unit7/status", "ur drift"],
    ["site/unit7/status", "ute av funktion"],
    ["site/unit7/status", "buiten gebruik"],
    ["site/unit7/status", "geblokkeerd"],
    ["site/unit7/status", "niet werkend"],
    ["site/unit7/stan", "zablokowany"],
    ["site/unit7/stan", "uszkodzony"],
    ["site/unit7/stan", "brak sygnału"],
    ["site/unit7/status", "keine Daten vom Sensor"],
    ["site/unit7/status", "Leckage erkannt"],
    ["site/unit7/status", "nicht betriebsbereit"],
    ["site/unit7/zustand", "blockiert"],
    ["site/unit7/etat", "bloqué"],
    ["site/unit7/etat", "fuite détectée"],
    ["site/unit7/stato", "bloccato"],
    ["site/unit7/stato", "perdita rilevata"],
    ["site/unit7/status", "feilet"],
    ["site/unit7/status", "trasig"],
    ["site/unit7/status", "blockerad"],
    ["site/unit7/status", "läcka"],
    ["site/unit7/status", "lekkage"],
    ["site/unit7/estado", "fuga detectada"],
    ["site/unit7/status", "Filter verschmutzt"],
    ["site/unit7/status", "out of order"],
    ["site/unit7/status", "not operational"],
    ["zigbee/unit7/x", '{"state":"Ignition failed"}'],
    ["solar/unit7/state", '{"pv_volt":18.2,"load_short":true,"batt_temp":22}'],
    ["pump/unit7/safety_block", "1"],
    ["alarm/unit7/trouble/6", '{"id":6,"state":true}'],
    ["pool/unit7/state", '{"sysm":"Inspect Cell, Low Salt","salt":2400}'],
    ["farm/unit7/x", '{"auger_jam":"YES","weight":12.1}'],
    ["plc/unit7/x", '{"conveyor_fault":{"raw_data":1,"timestamp":1764170000,"status":1}}'],
    ["nas/unit7/output", "DISK CRITICAL - free space: /var 91 MB (2%)"],
    ["rumah/unit7/keterangan", "Sensor rusak"],
    ["roomba/unit7/cleanMissionStatus_phase", "chargingerror"],
    ["job/unit7/state", '{"phase":"Failed","name":"nightly"}'],
    ["cams/unit7/state", "IOTC_ER_TIMEOUT"],
    [
      "vessels/unit7/notifications/flooding",
      '{"state":"emergency","message":"Water in the bilge"}',
    ],
    ["lora/unit7/up", '{"alarms":[{"name":"temperature 1","alarmStatus":"highThreshold"}]}'],
    ["tpw/unit7/uplink", '{"Sent":{"DeliveryStatus":0,"DeliveryFailedCause1":"B0"}}'],
    ["unit7/Stove_State", "52"],
    ["os/unit7/alert/curr", '{"curr_value":9,"imin_threshold":100}'],
    ["os/unit7/alert/curr", '{"curr_value":2400,"imax_threshold":1500}'],
  ];
  assert.deepEqual(sick.filter((one) => !isBlamed(one)), []);
});

Deno.test("what drives by itself tells that it lies, hangs or is carried away, in the languages machines speak", () => {
  const sick: Told[] = [
    ["home/unit7/state", "FLIPPED"],
    ["yard/unit7/state", "bogged_down"],
    ["yard/unit7/mower/state", "lifted"],
    ["yard/unit7/status", '{"state":"TILTED","leftMotorSpd":0,"roll":44}'],
    ["hall/unit7/agv/state", "derailed"],
    ["hall/unit7/agv/state", "off_path"],
    ["yard/unit7/robot/state", "überschlagen"],
    ["yard/unit7/robot/state", "déraillé"],
    ["yard/unit7/robot/state", "capovolto"],
    ["yard/unit7/robot/state", "atrapado"],
    ["yard/unit7/robot/state", "omgevallen"],
    ["yard/unit7/robot/state", "przewrócony"],
    ["yard/unit7/robot/message", "Steep slope"],
    ["yard/unit7/robot/message", "Charging station blocked"],
    ["yard/unit7/robot/status", "Wheels suspended"],
  ];
  assert.deepEqual(sick.filter((one) => !isBlamed(one)), []);
  const healthy: Told[] = [
    ["home/unit7/window/state", "tilted"],
    ["home/unit7/desk/state", "raised"],
    ["hall/unit7/fork/state", "lifted"],
    ["yard/unit7/mower/state", "docked"],
  ];
  assert.deepEqual(healthy.filter(isBlamed), []);
});

Deno.test("codes of standards and numbers beyond their limits are told, and those within are not", () => {
  const sick: Told[] = [
    ["snmp/unit7/if/3", '{"ifAlias":"PLC line 4","ifAdminStatus":1,"ifOperStatus":7}'],
    ["net/unit7/bgp", '{"bgpPeerAdminStatus":"start","bgpPeerState":"active"}'],
    ["ftth/unit7/pon_state", "O1 Initial state"],
    ["ftth/unit7/optics", '{"rx_power_dbm":-31.4,"pon_state":"O5"}'],
    ["gw/unit7/creg", "+CREG: 0,3"],
    ["metrics/unit7", '{"job":"modbus","instance":"10.1.4.9:9602","up":0}'],
    ["linux/unit7/vpn.service", '{"ActiveState":"inactive","Result":"start-limit-hit"}'],
    ["nas/unit7/smart", '{"passed":true,"Current_Pending_Sector":24}'],
    ["nas/unit7/fs", '{"mountpoint":"/var","avail_percent":0.4}'],
    ["bmc/unit7", '{"Status":{"Health":"OK","HealthRollup":"Warning"}}'],
    ["opcua/unit7/PV", '{"Value":12.1,"StatusCode":"UncertainSensorNotAccurate"}'],
    ["fab/unit7/S5F1", '{"ALCD":134,"ALID":3021,"ALTX":"Throttle valve"}'],
    ["boat/unit7/notifications/navigation/gnss", '{"state":"warn","message":"No fix"}'],
    ["unit7/alarms/AL008", "1"],
    ["unit7/boiler/system_pressure", "0.3"],
    ["unit7/air", '{"rh":-12.4,"temp":11}'],
    [
      "car/unit7/tyres",
      '{"front_left_pressure":1.1,"front_right_pressure":2.5,"rear_left_pressure":2.4,"rear_right_pressure":2.4}',
    ],
    ["z/unit7/notification/endpoint_0/Valve/Jam_status", '{"value":13,"label":"Valve jammed"}'],
  ];
  assert.deepEqual(sick.filter((one) => !isBlamed(one)), []);
  const healthy: Told[] = [
    ["snmp/unit7/if/12", '{"ifDescr":"Gi1/0/12","ifAdminStatus":"up","ifOperStatus":"down"}'],
    ["snmp/unit7/if/7", '{"ifAlias":"ISDN uplink","ifAdminStatus":"up","ifOperStatus":"dormant"}'],
    ["net/unit7/bgp", '{"bgpPeerState":"idle","bgpPeerAdminStatus":"stop"}'],
    ["ftth/unit7", '{"pon_state":"O5.1","rx_power_dbm":-19.2}'],
    ["linux/unit7/a.service", '{"ActiveState":"inactive","Result":"success"}'],
    ["nas/unit7/fs", '{"mountpoint":"/var","avail_percent":4.2}'],
    ["opcua/unit7/PV", '{"Value":12.1,"StatusCode":"Good","badge":"BadgeReader"}'],
    ["fab/unit7/S5F1", '{"ALCD":6,"ALID":3021,"ALTX":"Throttle valve"}'],
    ["fleet/unit7/telltales", '{"parking_brake":"red","hazard_lights":"yellow"}'],
    ["unit7/boiler/system_pressure", "1.4"],
    ["z/unit7/notification/endpoint_0/Door/Door_state", '{"value":22,"label":"Door is open"}'],
    ["app/notify/unit7/tv", "Filter dirty, please clean"],
    ["unit7/fil", '{"enabled":false,"filament_detected":false}'],
  ];
  assert.deepEqual(healthy.filter(isBlamed), []);
});

Deno.test("a port of a network that was up and is down is told", () => {
  const turned: Told[] = [
    ["switch/unit7/port/3", '{"link":"down","speed":0}', '{"link":"up","speed":1000}'],
    ["switch/unit7/ports/3/link", "down", "up"],
    ["net/unit7/interface/eth1/operstate", "down", "up"],
    ["net/unit7/ifOperStatus", '{"eth0":1,"eth1":2}', '{"eth0":1,"eth1":1}'],
    [
      "ap/unit7/status",
      '{"uplink":"disconnected","clients":0}',
      '{"uplink":"connected","clients":4}',
    ],
  ];
  assert.deepEqual(turned.filter((one) => !isBlamed(one)), []);
});

Deno.test("limits, settings, modes, names and detectors at rest are no trouble", () => {
  const healthy: Told[] = [
    ["site/unit7/status", "no leak"],
    ["shop/unit7/lanes", '{"lane1":"ok","lane2":"ok","lane3":"end of shift"}'],
    [
      "host/unit7/health",
      '{"cpu":"normal","fan":"normal","psu":"normal","profile":"high performance"}',
    ],
    ["casa/unit7/panel", '{"allarme_inserito":true,"larm_till":1,"alarme_armee":true}'],
    ["maison/unit7/prise", '{"valeur_defaut":1,"defaut_usine":1}'],
    ["scale/unit7/state", '{"overload_limit":1,"overflow_valve":true}'],
    ["alarms/unit7/77", '{"severity":"MAJOR","alarmState":"CLEARED","text":"Level high"}'],
    ["nms/unit7/event", '{"perceivedSeverity":"CLEARED","probableCause":"lossOfSignal"}'],
    ["bms/unit7/alarm", '{"fromState":"offnormal","toState":"normal"}'],
    ["dsc/unit7/event", "503 System Trouble Restored"],
    ["dom/unit7/котёл", '{"авария":"нет","porucha":"ne","ariza":"yok"}'],
    ["heizung/unit7/befehle", '{"Stoerung_quittieren":1,"Alarm_Ton":1}'],
    ["park/unit7/bays", '{"bay1":"ok","bay2":"ok","bay3":"occupied"}'],
    [
      "rack/unit7/psu",
      '{"psu1":{"state":"ok"},"psu2":{"state":"ok"},"psu3":{"state":"not_installed"}}',
    ],
    ["irrig/unit7/zones", '{"zone1":"ok","zone2":"ok","zone3":"watering"}'],
    ["iot/unit7/reply", '{"code":1000,"msg":"success"}'],
    ["oven/unit7/state", '{"timer_alarm":true,"program":"bake"}'],
    ["esp/unit7/state", '{"uptime":90000,"socket_error":3,"rssi":-60}'],
    ["site/unit7/names", '{"zone1":"Alarm hallway"}'],
    ["host/unit7/log", "<14>Nov 26 18:01:02 host app[12]: started"],
    ["drop/unit7/20", '{"devDesc":"Leak Detector","battery":100,"leak":0}'],
    ["house/unit7/info", '{"kind":"Water Leak Sensor","battery":90}'],
    ["house/unit7/about", '{"dev_desc":"Carbon monoxide detector","battery":90}'],
    ["yl/unit7/report", '{"event":"DoorSensor.Alert","data":{"state":"open","battery":4}}'],
    ["yl/unit7/report", '{"event":"MotionSensor.Alert","data":{"state":"alert","battery":4}}'],
    ["panel/unit7/state", '{"armed":"away","alarm_active":true,"zones":4}'],
    ["k8s/unit7/job", '{"restartPolicy":"OnFailure"}'],
    ["kwl/unit7/relayFunction", "Sammelalarm"],
    ["conv/unit7/params", '{"p12":"FAULT","p13":"ENABLE"}'],
    ["ice/unit7/state", "BIN FULL"],
    ["evcc/unit7/loadpoint", '{"connected":false,"charging":false}'],
    ["srv/unit7/watchdog", '{"severity":"none","summary":"an alert that always fires"}'],
    ["site/unit7/status", "ingen läcka"],
    ["site/unit7/flags", '{"no_leak":true,"no_overload":1}'],
    ["log/unit7/event", '{"entry":{"log_level":"info","error_text":"E4 was seen and is over"}}'],
    ["lora/unit7/up", '{"battery_level":"Normal","positioning_type":"Normal","alarm_text":"none"}'],
    [
      "tracker/unit7/position",
      '{"fix":true,"satellites":9,"lat":52.1,"lon":5.2,"speed":0,"hdop":0.9}',
    ],
    ["tracker/unit7/position", '{"fix":3,"sats":11,"lat":48.1,"lon":11.2,"accuracy":4}'],
    ["gps/unit7/TPV", '{"class":"TPV","mode":3,"lat":48.1,"lon":11.2,"epx":3.1}'],
    ["tracker/unit7/up", '{"fix":"wifi","lat":48.1,"lon":11.2,"acc":40}'],
    [
      "tracker/unit7/state",
      '{"motion":false,"last_fix":"2026-03-14T18:10:00Z","lat":48.1,"lon":11.2,"no_fix_count":2}',
    ],
    ["switch/unit7/port/7", '{"link":"down","speed":0}'],
    ["net/unit7/interfaces", '{"eth0":{"operstate":"up"},"eth1":{"operstate":"down"}}'],
    ["router/unit7/state", '{"wan":"up","vpn":"down","wifi_guest":"disabled"}'],
    [
      "docker/unit7/container/web",
      '{"state":"running","exit_code":0,"health":"healthy","restart_count":0}',
    ],
    ["docker/unit7/container/backup", '{"state":"exited","exit_code":0}'],
    ["docker/unit7/container/web", '{"state":"paused"}'],
    ["systemd/unit7/nginx", '{"ActiveState":"active","SubState":"running","Result":"success"}'],
    ["systemd/unit7/cups", '{"ActiveState":"inactive","SubState":"dead"}'],
    ["backup/unit7/status", '{"state":"ok","errors":0,"warnings":0,"skipped":4}'],
    ["k8s/unit7/node", '{"Ready":"True","MemoryPressure":"False","DiskPressure":"False"}'],
    ["check/unit7/http", '{"state":"OK","output":"HTTP OK: HTTP/1.1 200 OK"}'],
    [
      "zfs/unit7/pool/tank",
      '{"health":"ONLINE","errors":"No known data errors","scan":"none requested"}',
    ],
    ["nas/unit7/disk/2", '{"smart":"PASSED","pending_sectors":0,"type":"Pre-fail"}'],
    ["host/unit7/disk", '{"path":"/","used_percent":71,"read_errors":0}'],
    ["vib/unit7/status", '{"anomaly_detected":false,"anomaly_score":0.12,"anomaly_threshold":0.8}'],
    ["vib/unit7/status", '{"anomaly_detection":true,"score":0.2}'],
    [
      "car/unit7/status",
      '{"serviceWarningStatus":"NoWarning","brakeFluidLevelWarning":"NoWarning"}',
    ],
    ["scooter/unit7/status", '{"locked":true,"battery":80,"mode":"parked"}'],
    ["reefer/unit7/alarms", '{"active":[]}'],
    [
      "reefer/unit7/status",
      '{"setpoint":-18,"supply_air":-18.2,"return_air":-17,"mode":"defrost","alarm_count":0}',
    ],
    [
      "drone/unit7/status",
      '{"armed":false,"mode":"LOITER","ekf_ok":true,"failsafe":false,"gps_fix":3}',
    ],
    [
      "robot/unit7/arm",
      '{"robot_mode":"RUNNING","safety_mode":"NORMAL","collision_detection":true}',
    ],
    ["farm/unit7/pivot", '{"status":"running","angle":120,"endgun":"off","direction":"reverse"}'],
    [
      "farm/unit7/irrigation",
      '{"zone1":"off","rain_delay":true,"mode":"schedule","low_limit":20,"high_limit":60}',
    ],
    ["farm/unit7/barn", '{"temp_alarm_high":32,"temp_alarm_low":10,"temp":22,"fan":"stage2"}'],
    [
      "water/unit7/meter",
      '{"status":"ok","volume":312.5,"leak":false,"burst":false,"dry":false,"reverse":false}',
    ],
    ["water/unit7/ps", '{"pump1":"standby","pump2":"running","level":2.1,"high_level_sp":3.2}'],
    ["water/unit7/uv", '{"lamp":"on","lamp_hours":4000,"lamp_life":9000}'],
    ["wx/unit7/obs", '{"wind_speed":0,"rain":0,"frost":true,"storm_warning":false,"uv":0}'],
    [
      "wx/unit7/alerts",
      '{"event":"Wind Advisory","severity":"Moderate","headline":"Wind warning until 6pm"}',
    ],
    ["pos/unit7/printer", '{"paper_status":"ok","cover":"closed","drawer":"open"}'],
    [
      "fridge/unit7/status",
      '{"door":"closed","defrost":true,"temp":-18,"setpoint":-18,"temp_alarm_limit":-12}',
    ],
    [
      "print/unit7/state",
      '{"state":"printing","progress":40,"thermal_runaway_protection":true,"print_error":0}',
    ],
    ["print/unit7/state", '{"state":"cancelled","job":"bench.gcode"}'],
    ["med/unit7/monitor", '{"hr":71,"hr_alarm_high":120,"hr_alarm_low":45,"leads":"on","spo2":97}'],
    ["med/unit7/cold", '{"excursion":false,"temp":4.1,"max":8,"min":2}'],
    ["light/unit7/status", '{"lamp":"off","dim":0,"lamp_hours":20000,"lamp_failure":false}'],
    ["lift/unit7/state", '{"mode":"inspection","floor":3,"door":"open"}'],
    ["lift/unit7/state", '{"mode":"normal","trips":3120,"floor":3}'],
    ["bin/unit7/status", '{"fill":98,"fire":false,"tilt":true}'],
    [
      "vav/unit7/points",
      '{"reliability":"no-fault-detected","present_value":21,"status_flags":"{false,false,false,false}"}',
    ],
    ["boat/unit7/notifications", '{"state":"normal","message":"ok","method":["visual","sound"]}'],
    ["boat/unit7/autopilot", '{"state":"wind","target":40,"rudder":-2}'],
    ["modem/unit7/status", '{"reg":"home","operator":"KPN","rssi":-71,"roaming":false}'],
    [
      "asic/unit7/stats",
      '{"hashrate":91,"pool":"Alive","accepted":1200,"rejected":2,"hw_errors":12,"stale":1}',
    ],
    ["tv/unit7/encoder", '{"input":"1080p50","bitrate":6000,"dropped_frames":0,"audio":"muted"}'],
    [
      "radio/unit7/tx",
      '{"pll":"locked","power":20,"silence_threshold":-40,"silence_detected":false}',
    ],
    [
      "lora/unit7/up",
      '{"object":{"TempC_SHT":21.1,"Exti_pin_level":"Low","Exti_status":"False","Ext_sensor":"Temperature Sensor","BatV":3.1},"fPort":2}',
    ],
    [
      "lora/unit7/up",
      '{"object":{"reset":0,"confirmed":false,"ack":true,"status":"normal","low_voltage":0},"fPort":2}',
    ],
    ["site/unit7/status", "in Betrieb"],
    ["site/unit7/status", "bereit"],
    ["site/unit7/etat", "en marche"],
    ["site/unit7/etat", "à l'arrêt"],
    ["site/unit7/stato", "in funzione"],
    ["site/unit7/stato", "spento"],
    ["site/unit7/estado", "en marcha"],
    ["site/unit7/status", "i drift"],
    ["site/unit7/status", "klar"],
    ["site/unit7/status", "in bedrijf"],
    ["site/unit7/stan", "praca"],
    ["site/unit7/stan", "wyłączony"],
    ["site/unit7/status", "kein Fehler"],
    ["site/unit7/status", "aucune fuite"],
    ["site/unit7/status", "nessuna perdita"],
    ["site/unit7/status", "geen lekkage"],
    ["site/unit7/status", "inga fel"],
    ["site/unit7/status", "brak alarmu"],
    ["site/unit7/status", "locked"],
    ["site/unit7/status", "gesperrt"],
    [
      "dev/unit7/config",
      '{"leak_action":"close","no_fix_timeout":120,"failsafe":"RTL","on_link_down":"reboot"}',
    ],
    ["dev/unit7/capabilities", '{"jam_detect":true,"fall_detection":true,"tamper":true}'],
    ["dev/unit7/event", '{"type":"motion","blocked":false}'],
    ["dev/unit7/stats", '{"exited":3,"crashed":0,"restarts":1,"rejected":12,"dropped":3}'],
    [
      "dev/unit7/status",
      '{"fallback":"off","bypass":"closed","trip":12.4,"trip_km":310,"short_name":"X","open":true}',
    ],
    [
      "dev/unit7/docker",
      '{"containers_running":12,"containers_exited":2,"containers_stopped":2,"containers_paused":0}',
    ],
    ["dev/unit7/people", '{"lost":0,"found":3,"missing_persons":0}'],
    ["dev/unit7/door", '{"state":"open","contact":"open","forced":false,"held":false}'],
    ["dev/unit7/sensor", '{"contact":"open","input1":"open","input2":"short"}'],
    ["dev/unit7/relay", '{"state":"open","bus":"idle","collision":false,"collisions":12}'],
    ["dev/unit7/update", '{"state":"idle","available":true,"failed":[]}'],
    ["dev/unit7/firmware", '{"state":"UPDATED","error":"","rollback":false}'],
    [
      "dev/unit7/history",
      '{"last_error":"SIM lost","last_error_at":"2025-11-02T10:00:00Z","count":4}',
    ],
    [
      "dev/unit7/battery",
      '{"state":"discharging","level":81,"health":"good","status":"not charging"}',
    ],
    ["dev/unit7/light", '{"state":"dead slow","scene":"panic","effect":"Alarm"}'],
    ["dev/unit7/schedule", '{"name":"Leak test","active":true,"next":"2026-03-20T10:00:00Z"}'],
    ["dev/unit7/gate", '{"state":"closed","obstruction":false,"lock":"jammed off"}'],
    [
      "zone/unit7/info",
      '{"name":"Water leak","label":"Pump tripped","title":"Out of order","type":"jam"}',
    ],
    [
      "media/unit7/now",
      '{"title":"Broken","artist":"Failure","album":"Frozen","show":"Out of Order","state":"playing"}',
    ],
    ["media/unit7/app", '{"app":"Defekt","channel":"Dead"}'],
    ["bus/unit7/state", '{"state":"out of service","trip":12,"door":"closed"}'],
    ["lock/unit7/stato", "bloccato"],
    ["lock/unit7/estado", "bloqueado"],
    ["door/unit7/etat", "bloquée"],
    ["heat/unit7/status", "außer Betrieb"],
    ["heat/unit7/zustand", "Heizbetrieb"],
    ["water/unit7/status", "keine Leckage"],
    ["water/unit7/etat", "aucune fuite détectée"],
    ["water/unit7/stato", "nessuna perdita rilevata"],
    ["water/unit7/leak", "dry"],
    ["water/unit7/leckage", "nein"],
    ["tracker/unit7/state", '{"fix":false,"satellites":5,"lat":52.1,"lon":5.1}'],
    ["tracker/unit7/state", '{"gps_enabled":false,"fix_mode":"auto","lat":52.1,"lon":5.1}'],
    ["tracker/unit7/state", '{"fix":"none","lat":52.1,"lon":5.1,"source":"wifi"}'],
    ["tracker/unit7/state", '{"fix":0,"lat":52.1,"lon":5.1,"sat":7}'],
    ["tracker/unit7/state", '{"gps":"off","battery":80}'],
    ["docker/unit7/c/x", '{"state":"exited","exit_code":143}'],
    ["docker/unit7/c/x", '{"state":"exited","exit_code":0,"restart_count":3}'],
    ["docker/unit7/c/x", '{"Status":"Up 3 hours (healthy)","State":"running","ExitCode":0}'],
    ["docker/unit7/c/x", '{"Status":"Exited (0) 2 days ago"}'],
    ["k8s/unit7/pod", '{"phase":"Succeeded","reason":"Completed","exit_code":0}'],
    ["k8s/unit7/pod", '{"phase":"Running","last_reason":"OOMKilled","restarts":1}'],
    ["cam/unit7/state", '{"anomaly_detection":"on","anomaly_threshold":0.4,"anomaly":0}'],
    ["cam/unit7/state", '{"anomalies":0,"anomaly_score":0.99}'],
    [
      "vend/unit7/menu",
      '{"coin_mech":"enabled","bill_validator":"idle","changer":"ok","printer":"ready"}',
    ],
    [
      "print/unit7/state",
      '{"paper":"A4","toner":"ok","ink":"high","filament":"PLA","state":"idle"}',
    ],
    ["print/unit7/state", '{"fuel_low_level":20,"oil_low_limit":1,"voltage_low_threshold":1}'],
    ["ups/unit7/state", '{"voltage_low":false,"low_voltage_transfer":1}'],
    ["machine/unit7/state", '{"collision_detection":1,"failsafe":true,"anti_jam":true}'],
    [
      "light/unit7/state",
      '{"driver":"constant_current","relay":"open","contact":"open_circuit_ok"}',
    ],
    ["net/unit7/net", '{"network":"home","state":"online","phase_loss_pct":1,"packet_loss":1}'],
    ["sdr/unit7/pll", '{"pll":"locked","lock":"unlocked"}'],
    [
      "car/unit7/state",
      '{"lock_status":"unlocked","charging_status":"disconnected","charge_state":"stopped","left_front":"closed"}',
    ],
    ["car/unit7/tyre", '{"front_left":"normal","rear_right":"NoWarning","pressure_status":"ok"}'],
    ["robot/unit7/state", '{"attention_mode":"on","action":"idle","required_action":"none"}'],
    ["game/unit7/state", '{"player":"dead","peers":0,"boards":2}'],
    [
      "vehicle/unit7/state",
      '{"sensor":"front","window_blind":1,"filter":"new","fan":"off","pump":"off"}',
    ],
    ["bird/unit7/state", '{"species":"Kestrel","sound":"broken song"}'],
    ["ahu/unit7/p", '{"reliability":"no-fault-detected","out_of_service":false}'],
    ["ahu/unit7/p", '{"reliability":99.2}'],
    [
      "ship/unit7/notifications",
      '{"state":"alert","message":"Waypoint reached","method":["visual"]}',
    ],
    ["ship/unit7/notifications", '{"state":"normal","message":"","method":[]}'],
    ["check/unit7/x", '{"state":"OK","output":"OK - warning at 80%","warning":80,"critical":90}'],
    [
      "thermo/unit7/x",
      '{"state":"heating","thermal_runaway_protection":"enabled","text":"Thermal runaway protection enabled"}',
    ],
    [
      "reefer/unit7/alarms",
      '{"history":[{"code":"AL1","description":"High pressure","time":"2026-01-01"}],"active":[]}',
    ],
    ["shop/unit7/sim", '{"sim":"ready","reg":"roaming","network":"LTE","scanning":true}'],
    ["zigbee/unit7/state", '{"state":"restarting"}'],
    ["esp/unit7/net", '{"connects":12,"errors":2,"rssi":-61}'],
    ["line/unit7/inspection", '{"result":"OK","reject_reason":"Surface defect","count":14}'],
    ["cooler/unit7", '{"ALARMS":{"HIGH":false,"LOW":false,"DOOR":false,"SHOCK_COUNT":2},"t":4}'],
    ["plc/unit7/x", '{"fault_word":{"raw_data":0,"timestamp":1764170000,"status":1}}'],
    ["vfd/unit7/x", '{"stall_protection":true,"restart_on_fault":true}'],
    ["pump/unit7/x", '{"no_fault":true,"leak_test":true,"running":true}'],
    ["shift/unit7/plan", '{"break_time":true,"lunch_break":"ON"}'],
    ["gw/unit7/stat", '{"tx_errors":1,"rx_lost":1,"uptime":88112}'],
    ["dns/unit7/x", '{"blocked":true,"ads_blocked_today":1}'],
    ["car/unit7/dash", '{"trip":1,"trip_a":12.4,"trip_active":true}'],
    ["door/unit7/alert", "ACCESS_GRANTED card=1881"],
  ];
  assert.deepEqual(healthy.filter(isBlamed), []);
});

Deno.test("what shall be done with trouble, transfers that wait and numbers in a unit of their own are no trouble", () => {
  const well: Told[] = [
    ["inv/unit7/over_temperature_restart_function", "ON"],
    ["inv/unit7/power_saving_on_overload", "ON"],
    ["inv/unit7/record_fault_code", "ON"],
    ["boiler/unit7/legionella_alarm_function", "1"],
    ["relay/unit7/fault_output_mode", "failsafe"],
    ["dl/unit7/torrents", '{"name":"Lost.S01","state":"stalledDL","ratio":0.4}'],
    ["line/unit7/estop", '{"motive":0,"status":1}'],
    ["tank/unit7/up", '{"level":3.1,"level_unit":"m","pressure":0.3}'],
    ["bus/unit7/event", '{"event_type":"call_service","service":"dismiss"}'],
  ];
  assert.deepEqual(well.filter(isBlamed), []);
  const sick: Told[] = [
    ["inv/unit7/safety_function_fault", "1"],
    ["boiler/unit7/function_error", "true"],
    ["line/unit7/estop", '{"motive":4,"status":1}'],
    ["tank/unit7/up", '{"level":3.1,"level_unit":"%","tank":"oil"}'],
    ["press/unit7/event", '{"event_type":"service_required"}'],
    ["feed/unit7/state", '{"name":"auger","state":"stalled"}'],
  ];
  assert.deepEqual(sick.filter((one) => !isBlamed(one)), []);
});

Deno.test("what rose or left its well while it was listened to is told, and what is set, measured or over is not", () => {
  const sick: Told[] = [
    ["keg/unit7/leak_detection", "1", "0"],
    ["wm/unit7/data", '{"flow":3,"leakDetection":"1"}', '{"flow":3,"leakDetection":"0"}'],
    ["gate/unit7/inputs", '{"TamperIn":1,"DoorIn":0}', '{"TamperIn":0,"DoorIn":0}'],
    ["box/unit7/tamper_switch", "ON", "OFF"],
    ["psu/unit7/state", '{"u":0,"protection":"OVP"}', '{"u":12.1,"protection":"OK"}'],
    ["bms/unit7/protect_state", "cell undervolt 3", "normal"],
    ["bms/unit7/state", '{"soc":55,"bms_state":"PROTECTION"}'],
    ["inv/unit7/Warnings", "0000000001000000", "0000000000000000"],
    ["inv/unit7/alarm_bits", "00010000", "00000000"],
    ["water/unit7/report", '{"leak_status":"Large","volume":12}'],
    ["alarm/unit7/conditions", "['Low battery', 'Loss of supervision']"],
    ["alarm/unit7/state", '{"conditions":["Tamper","Trouble"],"bypassed":false}'],
    ["casa/unit7/vazamento", "detectado", "normal"],
    ["casa/unit7/alerta", "Vazamento detectado"],
    [
      "opc/unit7",
      '{"Speed":{"value":21.4,"quality":24}}',
      '{"Speed":{"value":21.4,"quality":192}}',
    ],
    ["rack/unit7/status", '{"psu1_ok":1,"psu2_ok":1,"fan_ok":1,"rail5_ok":0}'],
    ["line/unit7/parts", '{"camera":"UP","printer":"DOWN","scale":"UP"}'],
    ["line/unit7/andon", "RED"],
    ["line/unit7/tower_light", '{"red":true,"yellow":false,"green":false}'],
    ["vfd/unit7/status", '{"status":"E.OC","freq":0}'],
    ["car/unit7/tyrePressureFrontLeftWarning/state", "True"],
    ["dev/unit7/log", '{"lvl":"E","msg":"modbus: slave 3 gone"}'],
    ["lte/unit7", '{"cell":{"INTF_Status":"Down"}}', '{"cell":{"INTF_Status":"Up"}}'],
    ["gw/unit7", '{"wwan_state":"disconnected"}', '{"wwan_state":"connected"}'],
    ["gw/unit7/modem_state", "Down", "Up"],
    ["miner/unit7/info", '{"overheat_mode":1,"fanspeed":100}'],
    ["inv/unit7/overTemperatureMode", "true"],
    ["car/unit7/status", '{"limp_mode":true,"rpm":1400}'],
    ["run/unit7", '{"container":{"status":"Exited","exitCode":"137"}}'],
    [
      "run/unit7",
      '{"node":{"parameters":[{"key":"status","value":"Exited"},{"key":"exitCode","value":"1"}]}}',
    ],
    ["run/unit7", '{"params":[{"name":"state","value":"failed"},{"name":"exit_code","value":2}]}'],
    ["garden/unit7", '{"event":"StateExpired","component_id":"soil","expires":3}'],
  ];
  const well: Told[] = [
    ["cam/unit7/state", '{"motion_detection":1}', '{"motion_detection":0}'],
    ["psu/unit7/state", '{"u":12.1,"protection":"none","ocp":6.2,"ovp":15}'],
    ["inv/unit7/dip_switches", "00010000"],
    ["water/unit7/report", '{"leak_status":"NoLeak","volume":12}'],
    ["water/unit7/report", '{"leak_sensitivity":"High","volume":12}'],
    ["alarm/unit7/conditions", "['Chime mode on', 'Ready to force arm']"],
    ["wx/unit7/conditions", '{"conditions":["Partly cloudy","Windy"]}'],
    ["clients/unit7/nodes/mqttwarn", "1"],
    ["unit7/services/failover", "true"],
    ["fx/unit7", '{"acModeName":"No AC","errorMode":0}'],
    ["inv/unit7/mode", "No Grid"],
    ["inv/unit7/inverter_mode", "NO_PV_INPUT"],
    ["miner/unit7/info", '{"overheat_mode":0,"fanspeed":60}'],
    ["oven/unit7", '{"overheat_protection_mode":1,"limp_mode_enabled":true}'],
    ["run/unit7", '{"container":{"status":"Exited","exitCode":"143"}}'],
    [
      "run/unit7",
      '{"node":{"parameters":[{"key":"status","value":"Running"},{"key":"exitCode","value":"1"}]}}',
    ],
    ["run/unit7", '{"params":[{"name":"state","value":"exited"},{"name":"exit_code","value":0}]}'],
    ["sim/unit7/modem_state", "Up", "Down"],
    ["air/unit7", '{"value":21.4,"quality":16}', '{"value":21.4,"quality":12}'],
    ["oven/unit7/pid", '{"kp":1,"ki":0.2,"error":2,"output":41}'],
    ["bmk/unit7/data", '{"data":{"Fault":1,"Fault_Text":"Normal","soc":84}}'],
    ["gw/unit7/Active_Config", '{"temp_emergency":true,"smoke_alarm":true}'],
    ["e3dc/ems/emergency_power_available", "true"],
    ["e3dc/ems", '{"emergency_power_ready":true,"emergency_supply_available":1}'],
    ["z/unit7/state", '{"bypassed":"OFF","faulted":"OFF","trouble":"OFF"}'],
    ["line/unit7/andon", '{"red":0,"yellow":0,"green":1}'],
    ["cold/unit7/alert", '{"level":"RECOVERED","message":"Temperature alarm is over"}'],
  ];
  assert.deepEqual(sick.filter((told) => !isBlamed(told)), []);
  assert.deepEqual(well.filter(isBlamed), []);
});

Deno.test("a plug that is called after a trouble, and what guards against one, is no trouble", () => {
  const fine: Told[] = [
    ["zigbee2mqtt/unit7 leak pump", '{"state":"ON","power":812,"linkquality":90}'],
    ["zigbee2mqtt/unit7 breaker", '{"state":"ON","over_current_breaker":"ON","fault":"clear"}'],
    ["zigbee2mqtt/unit7", '{"state":"ON","outlet_control_protect":true,"linkquality":90}'],
    ["zigbee2mqtt/unit7", '{"over_current_setting":"Trip","temperature_setting":"Alarm"}'],
  ];
  assert.deepEqual(fine.filter(isBlamed), []);
});

Deno.test("what a thing is called, what can be, what people tell and what is tried is no trouble of it", () => {
  const fine: Told[] = [
    ["car/unit7/info", '{"model":"ZOE","nickname":"Panne"}'],
    ["ci/unit7/run", '{"host":"unit7","playbook":"fail2ban.yml","failed":0}'],
    ["nms/unit7/disk", '{"service":"disk-error-rate","check_result":{"state":0,"output":"OK"}}'],
    ["nms/unit7/rule", '{"rule":"Pump failed","status":"normal"}'],
    ["nms/unit7/alert", '{"alert":"disk-failure","state":"inactive"}'],
    ["haus/unit7/punkt", '{"beschreibung":"Störung Pumpe","wert":0}'],
    ["git/unit7/push", '{"commits":[{"id":"ab12","message":"Fix error when the sensor fails"}]}'],
    ["tv/unit7/play", '{"Metadata":{"title":"Fail Safe","summary":"A crew gets a faulty order."}}'],
    ["sport/unit7/message", "Hamilton retires with a broken gearbox"],
    ["hall/unit7/capabilities", '{"faults":["Mains phase loss","Dry pump"]}'],
    ["hall/unit7/info", '{"faults":{"4":"Mains phase loss","7":"Dry pump","9":"Sensor broken"}}'],
    ["hall/unit7/info", '{"supported_faults":["Mains phase loss","Dry pump"]}'],
    ["fire/unit7/panel", '{"is_test":true,"message":"Pump failed"}'],
    ["adsb/unit7/json", '{"icao24":"4787B0","callsign":"SAS1417","lost":true}'],
    ["kotel/unit7/stav", "Porucha: odstraněna"],
  ];
  assert.deepEqual(fine.filter(isBlamed), []);
  const sick: Told[] = [
    ["nms/unit7/disk", '{"service":"nginx","state":"CRITICAL"}'],
    ["nms/unit7/alert", '{"alarm":"Pump blocked","state":"on"}'],
    ["haus/unit7/punkt", '{"beschreibung":"Störung Pumpe","status":"Fehler"}'],
    ["hall/unit7/status", '{"faults":{"4":"Mains phase loss"}}'],
    ["ci/unit7/job", '{"job":"build","status":"failed"}'],
  ];
  assert.deepEqual(sick.filter((told) => !isBlamed(told)), []);
});

Deno.test("titles of music and films are no trouble in whatever words, and what a player says of itself is", () => {
  for (const title of ["System Failure - No Signal", "Offline EP", "Battery Low", "Water Leak"]) {
    const played: Told[] = [
      ["roon/unit7/now_playing/three_line/line3", title],
      ["squeezebox/unit7/remote_title", title],
      ["snapcast/unit7/metadata", JSON.stringify({ title, artist: [title], album: title })],
      ["kodi/unit7/title", JSON.stringify({ val: title, kodi_details: { showtitle: title } })],
      ["plex/unit7", JSON.stringify({ media_series_title: title, grandparentTitle: title })],
      ["spotify/unit7/playlist", title],
      ["mpd/unit7/currentsong", JSON.stringify({ Title: title, Album: title, file: title })],
      ["jellyfin/unit7", JSON.stringify({ NowPlayingItem: { Name: title, Overview: title } })],
      ["radio/unit7/station", title],
    ];
    for (const told of played) assert.equal(isBlamed(told), false, told.join(" "));
  }
  assert.ok(isBlamed(["kodi/unit7/error", "Playback failed"]));
  assert.ok(isBlamed(["plant/unit7/line1", "System Failure"]));
});

Deno.test("an alert of one of several, or one that gets graver, is told; doors, counts and warnings of the weather are not", () => {
  const alert = (topic: string, values: readonly string[]) =>
    diagnosisOf(
      {
        name: "told",
        family: "none",
        source: "",
        messages: values.map((payload, i) => ({ topic, payload, at: 1 + i * 2.3 })),
        expect: {},
        calls: [],
      },
      {
        deviceId: "unit7",
        seconds: 30,
        startedAtMs: STARTED_MS,
        call: { tool: "debug_device", args: { device_id: "unit7" } },
      },
    ).findings.map(({ title }) => title).join();
  const tyres = ["0,0,0,0", "0,0,1,0", "0,0,2,0", "0,0,2,0"];
  const graver = ["0", "0", "1", "1", "2", "2"];
  assert.match(alert("ovms/unit7/v/t/alert", tyres), /alert column 3" went from 0 to 2/);
  assert.match(alert("mill/unit7/vibration/alert", graver), /went from 0 to 2/);
  assert.doesNotMatch(alert("ovms/unit7/v/doors", tyres), /went from/);
  assert.doesNotMatch(alert("zabbix/unit7/alerts", graver), /went from/);
  assert.doesNotMatch(alert("dwd/unit7/alert", graver), /went from/);
});

Deno.test("a number of what went wrong beside one of what went well is a count, and beside how many there are it is not", () => {
  const told = (payload: object) => isBlamed(["yard/unit7/nano", JSON.stringify(payload)]);
  assert.equal(told({ parse_ok: 88_107, parse_error: 1 }), false);
  assert.equal(told({ status_poll_success: 412, status_poll_fail: 3 }), false);
  assert.equal(told({ parse_error: 1 }), true);
  assert.equal(told({ motor_total: 4, motor_error: 1 }), true);
});
