import assert from "node:assert/strict";
import { diagnosisOf, type Line } from "../support.ts";

/**
 * Systems as they send, a topic and a payload a line; "?": what people ask, and the beginnings of the topics that are
 * meant; "!": what is not there, and must not be answered with something else.
 */
const SYSTEMS = String.raw`
# a table of names by short ids
site/names {"4711":"Boiler room","4712":"Garage store"}
site/4711 {"t":31}
site/4712 {"t":14}
? Boiler room => site/4711
? Garage store => site/4712
! Attic store
# numeric ids beside names
cfg/71 {"id":8811,"name":"Press hall"}
cfg/72 {"id":8812,"name":"Paint shop"}
mes/8811 {"n":3}
mes/8812 {"n":4}
? Press hall => mes/8811
# what a receiver hears, by model and id
radio/events {"model":"Oregon-BTHGN129","id":251,"temperature_C":0.4}
radio/devices/Nexus-TH/1/143/temperature_C 19.8
? Oregon-BTHGN129 251 => radio/events
? Nexus-TH 143 => radio/devices/Nexus-TH
! Oregon-BTHGN129 77
# ids and names under keys of several makers, and a description above
q/40023051 {"gateway_indentify":"north-well-house","flow":41.2}
7d6bd1a2/v2/streams {"device_developer_id":"weir01@kampung","level":412}
fleet/Data {"Values":{"sName":"Fluchtweg Notlicht 2","nFailure":0}}
fly/C8F09E1266B0/info {"desc":"My Cello V2","type":"CELLO"}
fly/C8F09E1266B0/state {"relais":1}
log/uplinks {"node":{"gateway_id":"attic-relay"},"n":4}
? north well house => q/40023051
? weir01@kampung => 7d6bd1a2
? Fluchtweg Notlicht 2 => fleet
? My Cello => fly/C8F09E1266B0
! attic-relay | Fluchtweg Notlicht 3
# a thing's kind is the key of its name beside its id
net2/door/01438820/state {"door":"Rear Stores","serial":"01438820","closed":false}
net2/door/01438821/state {"door":"Reception","serial":"01438821","closed":true}
? Rear Stores => net2/door/01438820
! Front Stores
# a list of names by ids that stand in payloads alone
sber/v1/u7f3k2/up/config {"devices":[{"id":"kettle_kuhnya","name":"Чайник"},{"id":"lamp_1","name":"Лампа"}]}
sber/v1/u7f3k2/down/errors {"error":"validation error","device_id":"kettle_kuhnya"}
? Чайник => sber/v1/u7f3k2/down/errors
# rows without a heading, and pairs
list/silos 17,East silo,grain
gates/names n01=North gate
yard/17 {"full":61}
yard/n01 open
? East silo => yard/17
? North gate => yard/n01
# two rooms of one name each, asked for as people speak
heater/bedroom/state {"power":400}
sensors/bedroom/state {"t":19.5}
heater/nursery/state {"power":0}
rtu/device_1/state {"n":4}
rtu/device_02/state {"n":5}
tank/Water_Bucket/level 41
? the nursery | my nursery please | smart nursery | is "nursery"? | nurserys => heater/nursery
? device number 1 | Device No. 1 | device one | the first device | device 01 => rtu/device_1
? device 2 | the second device | device two again => rtu/device_02
? Water Bukcet | wtaer bucket => tank/Water_Bucket
! device three | the third device
# a gateway that tells of several in one document
gw/telemetry {"gateway":{"cpu":4},"sub_device_data":{"cold_room_1":{"temp":4.1},"cold_room_2":{"temp":-19}}}
gw/event/31 {"sub_device_data":{"cold_room_2":{"method":"DoorOpened"}}}
? cold room 1 | Cold room one => gw/telemetry
! cold room 3
# a code or a long number among words that only say what bears it
@msg/location/r1 {"x":101,"y":203}
@msg/move/r1 F
@msg/location/r2 {"x":12,"y":40}
lights/streetlights/1/0/event/123/lighting {"id":1,"lumens":3}
lights/streetlights/1/0/action/123/dim {"percentage":30}
lights/streetlights/1/0/event/101/lighting {"id":1,"lumens":10}
isentek/device/GW01 N07/1773513000/1
mill/sensor/v4/state {"n":1}
mill/co2 612
mill/meter/p2/w 40
? robot r1 | the robot R1 => @msg/location/r1, @msg/move/r1
? streetlight 123 => lights/streetlights/1/0/event/123, lights/streetlights/1/0/action/123
? isentek gateway GW01 | isentek gateway GW01 node N07 => isentek/device/GW01
! robot r3 | streetlight 124 | pump p2 | gateway GW02 | door v4 | valve v4 | co2 lamp
# a gateway that tells of several in lists of tags, or in one object of them
iotgateway {"timestamp":1,"values":[{"id":"Dairy.CIP1.Step","v":3},{"id":"Dairy.Filler1.Count","v":9}]}
plc/tags {"ns=2;s=Hall.Oven4.Temp":181.2,"ns=2;s=Hall.Oven5.Temp":22.4}
senml/rows [{"n":"site/silo9/level","v":71.2},{"n":"site/silo10/level","v":12.5}]
? CIP1 | Dairy.CIP1 | CIP 1 => iotgateway
? Oven4 => plc/tags
? silo9 => senml/rows
! CIP2 | silo11
# powerpetdoor
powerpetdoor/status {"door_status":"DOOR_CLOSED","battery":92,"inside":true}
powerpetdoor/availability online
? pet door | dog door | Hundeklappe => powerpetdoor
! cat feeder | garage door
# miele
miele/000123456789/state {"deviceName":"","type":"Washing Machine","techType":"WMB120","status":"RUNNING","remainingTime":42}
miele/000987654321/state {"deviceName":"","type":"Tumble Dryer","techType":"TKR350","status":"OFF","remainingTime":0}
? the washing machine | Miele Waschmaschine | 456789 => miele/000123456789
? Trockner | tumble dryer | sèche-linge => miele/000987654321
! dishwasher | oven
# roomba
/roomba/feedback/Upstairs/state Charging
/roomba/feedback/Upstairs/batPct 100
/roomba/feedback/Upstairs/bin_full false
? Roomba | the vacuum upstairs | upstairs robot => /roomba/feedback/Upstairs
! downstairs vacuum | Braava
# warp
warp/ZyW/evse/state {"iec61851_state":2,"charger_state":3,"contactor_state":1}
warp/ZyW/meter/values {"power":7200,"energy_abs":1234.5}
? the Warp charger | Wallbox | EV charging station => warp/ZyW
! solar inverter
# openwb
openWB/lp/1/W 3600
openWB/lp/1/boolPlugStat 1
openWB/lp/2/W 0
openWB/lp/2/boolPlugStat 0
openWB/evu/W -1200
openWB/pv/W -4800
? charge point 1 | Ladepunkt 1 | lp1 => openWB/lp/1
? charge point 2 | Ladepunkt 2 | loadpoint 2 => openWB/lp/2
! charge point 3 | Ladepunkt 4
# heishamon
panasonic_heat_pump/main/Heatpump_State 1
panasonic_heat_pump/main/Main_Outlet_Temp 35
panasonic_heat_pump/main/Error_State No error
panasonic_heat_pump/LWT Online
? heat pump | Wärmepumpe | pompe à chaleur => panasonic_heat_pump
? HP | WP | the Panasonic => panasonic_heat_pump
? warmtepomp | bomba de calor | pompa di calore => panasonic_heat_pump
! boiler | air conditioner
# ebusd hmu
ebusd/hmu/State {"0":{"name":"","value":"heating"}}
ebusd/hmu/FlowTemp {"0":{"name":"","value":35.5}}
ebusd/global/uptime 34567
? heat pump | Vaillant heat pump | Wärmepumpe => ebusd/hmu
! solar inverter | washer
# emsesp
ems-esp/boiler_data {"outdoortemp":6.2,"curflowtemp":44.1,"burngas":1}
ems-esp/thermostat_data {"hc1":{"seltemp":21,"currtemp":20.4}}
ems-esp/status online
? boiler | Kessel | the Buderus boiler => ems-esp/boiler_data
? thermostat | Thermostat | termostato => ems-esp/thermostat_data
! wallbox | pool heater
# otgw
OTGW/value/otgw-84F3EB/boilertemperature 55.3
OTGW/value/otgw-84F3EB/roomtemperature 20.1
OTGW/value/otgw-84F3EB online
? OpenTherm gateway | otgw | CV ketel => OTGW/value/otgw-84F3EB
! heat pump 2
# mitsubishi
mitsubishi2mqtt/Living_Room/state {"roomTemperature":22,"temperature":21,"fan":"AUTO","mode":"heat"}
mitsubishi2mqtt/Living_Room/availability online
? living room AC | the Mitsubishi air conditioner | air con living room => mitsubishi2mqtt/Living_Room
? Klimaanlage Wohnzimmer | climatisation du salon | airco woonkamer => mitsubishi2mqtt/Living_Room
! bedroom AC | Klimaanlage Schlafzimmer
# solaredge
solaredge/powerflow {"pv_production":4200,"grid":{"power":-1200},"battery":{"power":500}}
solaredge/inverter {"status":"ON","ac":{"power":{"actual":4210}}}
? the SolarEdge inverter | solar inverter | omvormer => solaredge
! Fronius inverter
# growatt
energy/growatt {"device":"NLE4567890","values":{"pvstatus":1,"pvpowerin":23450,"pvpowerout":22890}}
? inverter | Growatt inverter | solar panels => energy/growatt
? NLE4567890 | onduleur | PV => energy/growatt
! SMA inverter
# solarassistant
solar_assistant/inverter_1/pv_power/state 2100
solar_assistant/inverter_2/pv_power/state 1900
solar_assistant/battery_1/state_of_charge/state 77
solar_assistant/total/bus_voltage/state 412
? inverter 1 | Wechselrichter 1 | first inverter => solar_assistant/inverter_1
? inverter 2 | onduleur 2 | WR 2 => solar_assistant/inverter_2
? the battery | battery 1 | Batterie => solar_assistant/battery_1
! inverter 3 | battery 2 | Wechselrichter 4
# jkbms
jk-bms/soc 88
jk-bms/cell_voltage_01 3.312
jk-bms/status online
? BMS | battery | battery management system => jk-bms
! inverter
# ovms
ovms/jan/leaf/metric/v/b/soc 64
ovms/jan/leaf/metric/v/p/odometer 81234
ovms/jan/leaf/metric/s/v3/connected yes
? the Leaf | my electric car | Nissan Leaf => ovms/jan/leaf
! Kia | scooter
# volvo
volvoAAtbot/YV1XZEDVXN2000001/battery_charge_level/state 61
volvoAAtbot/YV1XZEDVXN2000001/lock_status/state LOCKED
? Volvo | car | Auto => volvoAAtbot/YV1XZEDVXN2000001
! Tesla
# frigate
frigate/front_door/person 0
frigate/front_door/detect/state ON
frigate/driveway/car 1
frigate/driveway/detect/state ON
frigate/available online
? front door camera | Kamera front door | frontdoor cam => frigate/front_door
? driveway cam | the driveway camera | camera driveway => frigate/driveway
! backyard camera | garage camera
# octoprint
octoPrint/temperature/tool0 {"actual":210.1,"target":210}
octoPrint/progress/printing {"progress":33}
octoPrint/mqtt connected
? the printer | 3d printer | octo print => octoPrint
! CNC mill
# chirpstack
application/1b3c/device/24e124136b502217/event/up {"deviceInfo":{"deviceName":"Soil Sensor North","devEui":"24e124136b502217","deviceProfileName":"EM500-SMTC"},"fCnt":120,"object":{"moisture":33.1}}
application/1b3c/device/24e124136b502999/event/up {"deviceInfo":{"deviceName":"Soil Sensor South","devEui":"24e124136b502999","deviceProfileName":"EM500-SMTC"},"fCnt":99,"object":{"moisture":28.4}}
? soil sensor north | north soil moisture | 502217 => application/1b3c/device/24e124136b502217
? south soil sensor | Soil South | 24:e1:24:13:6b:50:29:99 => application/1b3c/device/24e124136b502999
! soil sensor east | west soil sensor | 502218
# wmbus
wmbusmeters/ColdWaterKitchen {"media":"cold water","meter":"multical21","name":"ColdWaterKitchen","id":"76348799","total_m3":6.388}
wmbusmeters/HeatMeter {"media":"heat","meter":"kamstrup302","name":"HeatMeter","id":"67676767","total_energy_kwh":1234}
? water meter | kitchen cold water meter | 76348799 => wmbusmeters/ColdWaterKitchen
? heat meter | Wärmezähler | 67676767 => wmbusmeters/HeatMeter
! gas meter | bathroom water meter
# ams
amsleser/power {"P":1200,"Q":0,"U1":231,"U2":230,"tPI":12345.6}
amsleser/state {"id":"AMS-1234","up":12345,"rssi":-61}
? power meter | energy meter | Zähler => amsleser
! heat pump
# weewx
weather/loop {"outTemp_C":"6.1","windSpeed_kph":"12","rain_cm":"0","outHumidity":"88"}
? weather station | Wetterstation | station météo => weather/loop
? weerstation | estación meteorológica | stazione meteo => weather/loop
! radiation sensor | soil sensor
# raingauge
garden/raingauge/mm 2.4
garden/raingauge/battery 2.9
garden/moisture/value 33
? rain gauge | Regenmesser | pluviomètre => garden/raingauge
? garden rain gauge | pluviometro | regenmeter => garden/raingauge
! wind gauge | anemometer
# nuki
nuki/lock/state locked
nuki/lock/battery/voltage 5.8
nuki/maintenance/mqttConnectionState online
? door lock | smart lock | the Nuki => nuki
? Türschloss | serrure | cerradura => nuki
! garage door
# somfy
ESPSomfy-RTS/shades/1/name Living Room Left
ESPSomfy-RTS/shades/1/position 100
ESPSomfy-RTS/shades/2/name Bedroom
ESPSomfy-RTS/shades/2/position 0
ESPSomfy-RTS/status online
? living room left shade | left living room blind | Rollladen Living Room Left => ESPSomfy-RTS/shades/1
? bedroom shade | bedroom blind | Rollo Bedroom => ESPSomfy-RTS/shades/2
! kitchen blind | living room right shade | shade 3
# shelly
shellies/shellyplug-s-7AE6A1/relay/0 on
shellies/shellyplug-s-7AE6A1/relay/0/power 42.1
shellies/shellyplug-s-7AE6A1/online true
shellies/shellyht-F3B1C2/sensor/temperature 21.4
shellies/shellyht-F3B1C2/sensor/battery 88
? shelly plug | smart plug | Steckdose => shellies/shellyplug-s-7AE6A1
? Shelly H&T | shelly ht | F3B1C2 => shellies/shellyht-F3B1C2
! shelly dimmer | shelly plug 2 | 7AE6A2
# z2m
zigbee2mqtt/bedroom_thermostat {"local_temperature":20.1,"occupied_heating_setpoint":21,"battery":77,"linkquality":120}
zigbee2mqtt/hall_motion {"occupancy":false,"battery":100,"linkquality":99}
zigbee2mqtt/freezer_plug {"state":"ON","power":55,"linkquality":88}
zigbee2mqtt/bridge/state {"state":"online"}
? bedroom radiator | Heizkörper Schlafzimmer | bedroom TRV => zigbee2mqtt/bedroom_thermostat
? thermostat | bedrom thermostat | thermostat chambre => zigbee2mqtt/bedroom_thermostat
? motion sensor | Bewegungsmelder Flur | hallway motion sensor => zigbee2mqtt/hall_motion
? freezer | freezer socket | Steckdose Gefrierschrank => zigbee2mqtt/freezer_plug
! kitchen thermostat | bedroom motion sensor | bedroom window
# pumps
plant/pump-1/state running
plant/pump-1/vibration 1.2
plant/pump-2/state running
plant/pump-2/vibration 1.3
plant/compressor/pressure 7.2
plant/compressor/state on
? pump 1 | Pumpe 1 | pump one => plant/pump-1
? pump 2 | pompe 2 | pump no. 2 => plant/pump-2
? compressor | Kompressor | compresseur => plant/compressor
! pump 3 | Pumpe 4 | compressor 2 | blower
# umh
umh/v1/acme/berlin/packaging/filler-01/_historian {"timestamp_ms":1,"speed":120}
umh/v1/acme/berlin/packaging/labeler-01/_historian {"timestamp_ms":1,"speed":119}
? filler | the filler in Berlin | filler 1 => umh/v1/acme/berlin/packaging/filler-01
? labeller | labeler 1 | packaging labeler => umh/v1/acme/berlin/packaging/labeler-01
! palletizer | filler 2
# litterrobot
home/litterrobot/main/state {"litterRobotId":"LR3C123456","powerStatus":"AC","unitStatus":"RDY","cycleCount":14}
home/litterrobot/main/status online
? litter robot | litter box | Katzenklo => home/litterrobot
! pet feeder | robot mower
# landroid
landroid/Shaun/mower/status {"code":1,"description":"Home"}
landroid/Shaun/mower/battery {"percent":98}
? lawn mower | Mähroboter | robot mower => landroid/Shaun
? mower | tondeuse robot | Shaun => landroid/Shaun
! vacuum | second mower 2
# opensprinkler
opensprinkler/station/0 {"state":1,"duration":600}
opensprinkler/station/1 {"state":0}
opensprinkler/availability online
? sprinkler | irrigation | Bewässerung => opensprinkler
? sprinkler controller | arrosage | riego => opensprinkler
! pool pump
# spa
spa/balboa/temperature 37.5
spa/balboa/heater ON
spa/balboa/status online
? hot tub | whirlpool | jacuzzi => spa/balboa
! swimming pool 2
# ezsalt
watersoftener/salt_level 45
watersoftener/status online
? water softener | softener | Enthärtungsanlage => watersoftener
! salt chlorinator
# purifier
xiaomi/airpurifier/bedroom/aqi 12
xiaomi/airpurifier/bedroom/power on
xiaomi/humidifier/bedroom/humidity 44
xiaomi/humidifier/bedroom/power on
? air purifier | Luftreiniger | bedroom purifier => xiaomi/airpurifier/bedroom
? humidifier | Luftbefeuchter | humidificateur => xiaomi/humidifier/bedroom
! dehumidifier | kitchen purifier
# lgtv
lgtv/connected 2
lgtv/status/volume 12
lgtv/status/foregroundApp netflix
? TV | Fernseher => lgtv
? the LG television | televisie | televisor => lgtv
! soundbar
# squeezebox
media/projector/state off
media/projector/lamp_hours 812
? Beamer | projector | proyector => media/projector
! TV
# apcupsd
apcupsd/status ONLINE
apcupsd/bcharge 100.0
apcupsd/hostname nas-rack
? the UPS | APC | USV => apcupsd
! generator
# openwrt
collectd/OpenWrt/uptime/uptime 1234567
collectd/OpenWrt/interface-wan/if_octets 123:456
? router | the OpenWrt router | Router => collectd/OpenWrt
! switch 2 | NAS
# pihole
pihole/stats {"domains_being_blocked":120000,"ads_blocked_today":412}
pihole/status enabled
? pi-hole | Pi hole | PiHole => pihole
! NAS
# espresense
espresense/rooms/kitchen/status online
espresense/rooms/kitchen/telemetry {"ip":"192.168.1.20","uptime":12345,"rssi":-61}
espresense/rooms/office/status online
espresense/rooms/office/telemetry {"ip":"192.168.1.21","uptime":12345,"rssi":-51}
? ESPresense kitchen | kitchen presence sensor | kitchen node => espresense/rooms/kitchen
? office presence sensor | Büro ESPresense | 192.168.1.21 => espresense/rooms/office
! bedroom presence sensor | 192.168.1.22
# scale
openscale/weight {"weight":81.2,"bmi":24.1}
openscale/status online
? scale | bathroom scale | Waage => openscale
! blood pressure monitor
# fridge
appliances/liebherr/fridge/temp 5
appliances/liebherr/freezer/temp -18
? Liebherr fridge | Kühlschrank | réfrigérateur => appliances/liebherr/fridge
? freezer | Gefrierfach | vriezer => appliances/liebherr/freezer
! wine cooler | oven
# hsl
/hfp/v2/journey/ongoing/vp/bus/0018/00423/1017/1/x/8:32/1 {"VP":{"desi":"17","veh":423,"oper":18,"spd":8.2,"tst":"2026-11-26T11:00:00Z"}}
/hfp/v2/journey/ongoing/vp/tram/0040/00457/1004/2/x/8:40/1 {"VP":{"desi":"4","veh":457,"oper":40,"spd":5.2,"tst":"2026-11-26T11:00:00Z"}}
? bus 423 | Bus 00423 | vehicle 423 => /hfp/v2/journey/ongoing/vp/bus/0018/00423
? tram 457 | Straßenbahn 457 | the tram => /hfp/v2/journey/ongoing/vp/tram/0040/00457
! bus 424 | tram 458
# plc
factory/hall2/line1/robot-arm/state running
factory/hall2/line1/robot-arm/cycle 1234
factory/hall2/line1/conveyor/speed 0.5
factory/hall2/line1/conveyor/state on
factory/hall2/line2/press/state running
factory/hall2/line2/press/force 120
? the robot | robot arm | Roboterarm => factory/hall2/line1/robot-arm
? conveyor belt | Förderband | convoyeur => factory/hall2/line1/conveyor
? line 2 press | Presse | hydraulic press => factory/hall2/line2/press
! line 1 press | robot 2 | conveyor 3 | Presse Halle 3
# boiler room
building/b1/ahu-01/supply_temp 18.1
building/b1/ahu-01/fan_status 1
building/b1/chiller-01/status 1
building/b1/chiller-01/leaving_temp 6.9
building/b1/boiler-02/status 0
? air handling unit 1 | AHU 1 | Lüftungsanlage => building/b1/ahu-01
? chiller | Kältemaschine | chiller 1 => building/b1/chiller-01
? boiler 2 | Kessel 2 | boiler => building/b1/boiler-02
! AHU 2 | boiler 1 | chiller 2 | cooling tower
# windfarm
windfarm/wt03/power 2100
windfarm/wt03/windspeed 9.1
windfarm/wt04/power 2050
windfarm/wt04/windspeed 9.3
? turbine 3 | wind turbine 3 | WEA 3 => windfarm/wt03
? turbine 4 | éolienne 4 | Windrad 4 => windfarm/wt04
! turbine 5 | wind turbine 1
# greenhouse
greenhouse/ctrl/temp 24.1
greenhouse/ctrl/vent 30
greenhouse/ctrl/online 1
? greenhouse | Gewächshaus | serre => greenhouse/ctrl
? invernadero | kas | green house => greenhouse/ctrl
! barn | greenhouse 2
# aquarium
reefpi/ph 8.1
reefpi/temperature 25.1
reefpi/ato/level ok
? aquarium | fish tank | Aquarium => reefpi
? reef tank | acuario | acquario => reefpi
! pond
# co2
office/scd30/co2 612
office/scd30/temperature 21.1
office/door/contact closed
? CO2 sensor | office CO2 meter | CO2-Sensor Büro => office/scd30
? office door | Bürotür | door sensor => office/door
! kitchen CO2 sensor | office window
# smoke
home/hall/smoke_detector/alarm false
home/hall/smoke_detector/battery 92
home/kitchen/co_detector/alarm false
home/kitchen/co_detector/battery 93
? smoke detector | Rauchmelder | détecteur de fumée => home/hall/smoke_detector
? smoke alarm | rookmelder | hall smoke alarm => home/hall/smoke_detector
? CO detector | carbon monoxide detector | CO alarm => home/kitchen/co_detector
! kitchen smoke detector | bedroom smoke alarm
# french
maison/cuisine/refrigerateur/temp 4
maison/cuisine/refrigerateur/porte fermee
maison/salon/thermostat/consigne 20
maison/salon/thermostat/temp 19.5
maison/garage/porte/etat fermee
? fridge | kitchen fridge | le frigo => maison/cuisine/refrigerateur
? living room thermostat | thermostat salon | thermostat => maison/salon/thermostat
? garage door | porte du garage | Garagentor => maison/garage/porte
! thermostat chambre | oven
# spanish
casa/cocina/lavavajillas/estado lavando
casa/cocina/lavavajillas/minutos 30
casa/jardin/bomba/estado on
casa/jardin/bomba/watts 500
? dishwasher | lavavajillas | kitchen dishwasher => casa/cocina/lavavajillas
? garden pump | la bomba | pump => casa/jardin/bomba
! pool pump | lavadora
# hostnames
stat/esp32-kitchen-ac/RESULT {"POWER":"ON"}
tele/esp32-kitchen-ac/STATE {"Time":"2026-11-26T11:00:00","Uptime":"1T00:00:00","POWER":"ON","Hostname":"esp32-kitchen-ac-1234"}
tele/esp32-kitchen-ac/LWT Online
tele/esp32-attic-fan/STATE {"Time":"2026-11-26T11:00:00","Uptime":"1T00:00:00","POWER":"ON"}
tele/esp32-attic-fan/LWT Online
? kitchen AC | kitchen air conditioner | Klimaanlage Küche => tele/esp32-kitchen-ac,stat/esp32-kitchen-ac
? attic fan | loft fan | Ventilator Dachboden => tele/esp32-attic-fan
! bathroom fan | bedroom AC
# scooters
scooters/ES-40012/battery 44
scooters/ES-40012/locked true
scooters/ES-40013/battery 61
scooters/ES-40013/locked false
? scooter 40012 | 40012 | ES 40012 => scooters/ES-40012
? scooter 40013 | e-scooter 40013 | es40013 => scooters/ES-40013
! scooter 40014 | 40015
# parking
city/parking/P-17/occupied 1
city/parking/P-17/battery 3.5
city/parking/P-18/occupied 0
city/parking/P-18/battery 3.4
city/streetlight/L-220/power 44
city/streetlight/L-220/dim 60
? parking spot 17 | P17 | parking sensor 17 => city/parking/P-17
? streetlight 220 | street light L-220 | Straßenlaterne 220 => city/streetlight/L-220
! parking spot 19 | streetlight 221
# coldstore
coldchain/store-114/freezer-3/temp -19.1
coldchain/store-114/freezer-3/door closed
coldchain/store-114/freezer-4/temp -18.1
coldchain/store-114/freezer-4/door closed
? freezer 3 | Tiefkühler 3 | freezer 3 in store 114 => coldchain/store-114/freezer-3
? freezer 4 | congélateur 4 | store 114 freezer 4 => coldchain/store-114/freezer-4
! freezer 5 | freezer 3 in store 115 | store 113
# well
farm/well_pump/state on
farm/well_pump/pressure 3.1
farm/tractor/rpm 1800
farm/tractor/fuel 55
farm/silo-4/level 71
? well pump | Brunnenpumpe | wellpump => farm/well_pump
? tractor | Traktor | tracteur => farm/tractor
? silo 4 | the silo | grain silo => farm/silo-4
! silo 5 | combine harvester | sump pump
# doorbell
reolink/doorbell/visitor off
reolink/doorbell/motion off
reolink/status online
? doorbell | Türklingel | the Reolink doorbell => reolink/doorbell
? sonnette | deurbel | video doorbell => reolink/doorbell
! garage camera
# ventilation
itho/ithostatus {"RelativeHumidity":55,"ErrorCode":0,"FanInfo":"low"}
itho/lwt online
? ventilation | WTW | mechanical ventilation => itho
? Lüftung | VMC | Itho box => itho
! bathroom heater
# pellet
pellematic/L_ambient 6.1
pellematic/pe1/L_state 99
? pellet boiler | Pelletheizung | pellet stove => pellematic
! gas boiler
# solarthermal
vbus/deltasol/s1 61.2
vbus/deltasol/pump1 44
? solar thermal | Solarthermie | Resol => vbus/deltasol
! PV inverter
# mailbox
mailbox/state closed
mailbox/battery 3.1
? letter box | letterbox | Briefkasten => mailbox
? boîte aux lettres | brievenbus | buzón => mailbox
! front door
# geberit
Geberit/AquaClean/centralDevice/connected True
Geberit/AquaClean/peripheralDevice/monitor/isUserSitting False
Geberit/AquaClean/centralDevice/error No error
? shower toilet | AquaClean | Geberit toilet => Geberit/AquaClean
! bidet 2 | dishwasher
# water tank cz
home/water_tank/state/volume_l 812
home/water_tank/state/pump/running 0
home/water_tank/diag/wifi_rssi_dbm -61
home/water_tank/status online
? water tank | cistern | Zisterne => home/water_tank
! fuel tank | water heater
# haulick
/haulick-32t/ {"T_env":"21","is_in_error":"0"}
/haulick-32t/32777/actuator_1/ {"T_tool":"31","Imax":"2.1"}
/haulick-32t/32777/actuator_2/ {"T_tool":"32","Imax":"2.2"}
? Haulick | haulick 32t | the Haulick press => /haulick-32t
! haulick 50t
# production
production/MC001/signal {"trx_type":"status","mesin":"MC001","status":"Running"}
production/MC002/signal {"trx_type":"status","mesin":"MC002","status":"Running"}
? MC001 | MC 1 => production/MC001
! machine 3 | MC004
# nldf
NLDF/line1/station/StationA/status {"device_status":"idle","source_id":"StationA"}
NLDF/line1/resource/AGV_1/status {"battery_level":81,"source_id":"AGV_1"}
NLDF/line1/resource/Conveyor_AB/status {"device_status":"idle","source_id":"Conveyor_AB"}
? AGV 1 | the AGV | station A => NLDF/line1/resource/AGV_1,NLDF/line1/station/StationA
? conveyor AB | Förderband AB | the conveyor => NLDF/line1/resource/Conveyor_AB
! AGV 2 | station B
# hauskontrol
hauskontrol/office/lights/main on
hauskontrol/office/ac/temp 22
hauskontrol/office/ac/fan auto
? office AC | office air conditioner | the aircon => hauskontrol/office/ac
! bedroom AC | office heater
# homehab
homehab/hrv/gpio17 1
homehab/hrv/pwm/gpio18 40
homehab/panel/status online
? ventilation | HRV | heat recovery unit => homehab/hrv
! dishwasher | car
# rvc
rvc2mqtt/bridge1 online
rvc2mqtt/light_bedroom {"status":"on"}
rvc2mqtt/tank_fresh {"level":61}
? bedroom light | Schlafzimmerlicht | the light in the bedroom => rvc2mqtt/light_bedroom
? fresh water tank | fresh tank => rvc2mqtt/tank_fresh
! grey water tank | kitchen light
# eufy
eufy/T8410N1234567/motion false
eufy/T8410N1234567/battery 91
eufy/T8410N1234567/name Backyard
? backyard camera | Eufy Backyard | 1234567 => eufy/T8410N1234567
! front camera | driveway camera
# keba
keba/22233344/state 3
keba/22233344/power 7200
keba/22233344/serial 22233344
? wallbox | the Keba | charging station => keba/22233344
? EV charger | 33344 | Ladesäule => keba/22233344
! Zappi | inverter
# zappi
myenergi/zappi/16012345/sta 3
myenergi/zappi/16012345/che 4.1
myenergi/eddi/21012345/sta 1
myenergi/eddi/21012345/che 0.1
? wallbox | Zappi | car charger => myenergi/zappi/16012345
? Eddi | 21012345 | eddi diverter => myenergi/eddi/21012345
! Libbi | heat pump
# viessmann
open3e/680_268_FlowTemperatureSensor/Actual 35.2
open3e/680_269_ReturnTemperature/Actual 31.1
open3e/LWT online
! gas meter
# stiebel
isg/heatpump/outside_temp 6.1
isg/heatpump/dhw_temp 48
isg/status online
? heat pump | Stiebel Eltron heat pump | WP => isg/heatpump
! pool heater
# bsblan
BSB-LAN/8700 6.2
BSB-LAN/8310 55.1
BSB-LAN/status online
? heating controller | Heizung | boiler => BSB-LAN
! wallbox 3 | inverter 2
# huawei
huawei2mqtt/inverter/active_power 4100
huawei2mqtt/inverter/device_status On-grid
huawei2mqtt/battery/soc 71
huawei2mqtt/meter/power -210
? Huawei inverter | solar inverter | Wechselrichter => huawei2mqtt/inverter
? Luna battery | the battery | home battery => huawei2mqtt/battery
! inverter 2 | SMA inverter
# sma
sma/SB5000TL_2130123456/power 2100
sma/SB5000TL_2130123456/status Ok
sma/SB3000_2130999999/power 1100
sma/SB3000_2130999999/status Ok
? SB5000 | SMA 5000 | 2130123456 => sma/SB5000TL_2130123456
? SB3000 inverter | 999999 | SB 3000 => sma/SB3000_2130999999
! SB 2500 | SB4000
# pylontech
pylontech/stack/soc 77
pylontech/module_1/voltage 49.8
pylontech/module_2/voltage 49.7
? battery module 1 | module 1 | Pylontech module 1 => pylontech/module_1
? module 2 | Batteriemodul 2 | pylontech 2 => pylontech/module_2
! module 3 | Batteriemodul 4
# bmw
bmw/WBA12345678901234/battery/soc 61
bmw/WBA12345678901234/doors locked
bmw/WBA12345678901234/mileage 33123
? BMW | my BMW | the car => bmw/WBA12345678901234
? EV | 901234 | Elektroauto => bmw/WBA12345678901234
! Audi | motorbike | BMW 2
# traccar
traccar/861234567890123/position {"latitude":48.1,"longitude":11.5,"speed":12,"deviceName":"Delivery Van"}
? delivery van | 861234567890123 | van => traccar/861234567890123
! truck 3 | pickup
# teltonika
teltonika/352093089000001/data {"ignition":1,"speed":42,"plate":"M-AB 123"}
teltonika/352093089000002/data {"ignition":0,"speed":0,"plate":"M-AB 456"}
? M-AB 123 | 000001 | plate M-AB 123 => teltonika/352093089000001
! M-AB 789 | 000003
# thinq
thinq/a1b2c3d4/state {"deviceType":"DISHWASHER","alias":"Dishwasher","run":"INITIAL"}
thinq/e5f6a7b8/state {"deviceType":"DRYER","alias":"Dryer","run":"POWER_OFF"}
? LG dishwasher | Geschirrspüler | dishwasher => thinq/a1b2c3d4
? dryer | Trockner | LG dryer => thinq/e5f6a7b8
! washing machine | fridge
# switchbot
switchbot/ColorBulb/D1E2F3A4B5C6 {"power":"on"}
switchbot/Curtain/C0FFEE112233/position 40
switchbot/Meter/E4B5C6D7E8F9/temperature 21.1
? curtain | Vorhang | SwitchBot curtain => switchbot/Curtain
? bulb | colour bulb | color bulb => switchbot/ColorBulb
! robot vacuum | curtain 2
# aqara gate
zigbee2mqtt/Garden Gate {"contact":true,"battery":91,"linkquality":71}
zigbee2mqtt/Garden Tap {"state":"OFF","battery":81,"linkquality":44}
zigbee2mqtt/Front Door {"contact":true,"battery":55,"linkquality":90}
? garden gate | Gartentor | the gate => zigbee2mqtt/Garden Gate
? garden tap | gardn tap | tap in the garden => zigbee2mqtt/Garden Tap
? front door | front door sensor => zigbee2mqtt/Front Door
! back door | garage door
# tasmota german
tele/Steckdose_Keller_Pumpe/STATE {"Time":"2026-01-02T12:00:00","POWER":"ON","Uptime":"1T00:00:00"}
tele/Steckdose_Keller_Pumpe/LWT Online
tele/Licht_Esszimmer/STATE {"Time":"2026-01-02T12:00:00","POWER":"OFF","Uptime":"1T00:00:00"}
tele/Licht_Esszimmer/LWT Online
? cellar pump | Kellerpumpe | basement pump plug => tele/Steckdose_Keller_Pumpe
? dining room light | Esszimmerlampe | lampe salle à manger => tele/Licht_Esszimmer
! garden pump | kitchen light
# esphome es
sensor-salon/sensor/temperatura/state 21.1
sensor-salon/status online
termo-bano/switch/termo/state ON
termo-bano/status online
? sensor salón | living room sensor | Wohnzimmersensor => sensor-salon
? bathroom water heater | termo | termo baño => termo-bano
! sensor cocina | kitchen sensor
# parking meters
city/bin/BIN-0042/fill 81
city/bin/BIN-0042/battery 3.5
city/bin/BIN-0043/fill 11
city/bin/BIN-0043/battery 3.6
? bin 42 | trash bin 42 | waste bin 42 => city/bin/BIN-0042
? bin 43 | BIN 0043 | garbage bin 43 => city/bin/BIN-0043
! bin 44 | bin 4
# robots abb
plant7/cell3/robot/abb-irb-6700/speed 80
plant7/cell3/robot/abb-irb-6700/state auto
plant7/cell4/welder/current 210
plant7/cell4/welder/state idle
? ABB robot | the robot | cell 3 robot => plant7/cell3/robot
? welder | welding machine | cell 4 welder => plant7/cell4/welder
! cell 5 robot | cell 4 robot | KUKA robot
# hospital fridge
lab/fridge-A/temp 4.1
lab/fridge-B/temp 4.4
lab/incubator/temp 37.0
? fridge A | lab fridge A | Kühlschrank A => lab/fridge-A
? incubator | Inkubator | the incubator => lab/incubator
! fridge C | freezer A
# pv string
pv/garage-dach/power 812
pv/haus-dach/power 2812
? garage roof PV | PV Garagendach | garage PV => pv/garage-dach
? house roof PV | PV Hausdach | haus dach => pv/haus-dach
! barn PV | PV Scheune
# lora rakwireless
application/5/device/ac1f09fffe0a1b2c/event/up {"deviceInfo":{"deviceName":"manhole-17","devEui":"ac1f09fffe0a1b2c"},"fCnt":3,"object":{"open":false}}
application/5/device/ac1f09fffe0a1b2d/event/up {"deviceInfo":{"deviceName":"manhole-18","devEui":"ac1f09fffe0a1b2d"},"fCnt":3,"object":{"open":false}}
? manhole 17 | manhole cover 17 | 0a1b2c => application/5/device/ac1f09fffe0a1b2c
! manhole 19 | 0a1b2e
# shelly pro, written as one word
shellypro4pm-a8032ab12345/status/switch:0 {"id":0,"output":true,"apower":1890.2}
shellypro4pm-a8032ab12345/online true
shellyplusht-c049ef8899aa/online false
? shelly pro 4pm | Shelly Pro 4PM => shellypro4pm-a8032ab12345
! shelly pro 2pm
# theengs, by brand, model and what it hangs in
home/TheengsGateway/BTtoMQTT/49220E00A1B2 {"name":"sps","id":"49:22:0E:00:A1:B2","brand":"Inkbird","model":"TH Sensor","model_id":"IBS-TH1/TH2/P01B","tempc":-18.4}
home/TheengsGateway/BTtoMQTT/A4C138123456 {"id":"A4:C1:38:12:34:56","name":"ATC_Fridge","brand":"Xiaomi","model_id":"LYWSD03MMC_ATC","tempc":4.6}
? inkbird IBS-TH1 => home/TheengsGateway/BTtoMQTT/49220E00A1B2
? the fridge thermometer => home/TheengsGateway/BTtoMQTT/A4C138123456
! freezer thermometer
# aws, whose shadow has branches
$aws/things/pump-07/shadow/update/accepted {"state":{"reported":{"running":true,"rpm":1450}},"version":412}
$aws/things/pump-07/shadow/get/accepted {"state":{"desired":{"running":true}},"version":412}
$aws/things/pump-08/shadow/update/accepted {"state":{"reported":{"running":false,"rpm":0}},"version":87}
? Pump 7 | pump-07 => $aws/things/pump-07
! Pump 9
# serial numbers by their ends
device/01S00C123400567/report {"print":{"gcode_state":"RUNNING","nozzle_temper":219.8}}
device/01P00A455500888/report {"print":{"gcode_state":"IDLE","nozzle_temper":25}}
energy/growatt/NLC1234567 {"device":"NLC1234567","values":{"pvpowerin":31210}}
energy/growatt/QMB7654321 {"device":"QMB7654321","values":{"pvpowerin":0}}
? 00567 => device/01S00C123400567
? growatt 4567 => energy/growatt/NLC1234567
! growatt 9999
# dsmr, where the kind is spread over two levels
dsmr/meter/gas/delivered 3812.41
dsmr/meter/gas/equipment_id G0012345678
dsmr/meter/electricity/delivered_1 10221.1
dsmr/meter/electricity/equipment_id E0044007112233
? gas meter | the gas meter | G0012345678 => dsmr/meter/gas
# models that documents tell of what stands beside them
fronius/inverter/1/PAC {"value":4210,"unit":"W"}
fronius/inverter/1/info {"CustomName":"Symo 10.0-3-M","StatusCode":7}
fronius/meter/0/info {"Manufacturer":"Fronius","Model":"Smart Meter 63A","Serial":"15480258"}
mbmd/sdm1-1/Power 1210.4
mbmd/sdm1-1/status {"Device":"SDM1.1","Manufacturer":"Eastron","Model":"SDM630","Online":true}
mbmd/abb1-2/status {"Device":"ABB1.2","Manufacturer":"ABB","Model":"B23","Online":true}
? Symo 10.0 | Fronius Symo => fronius/inverter/1
? sdm630 | Eastron SDM630 => mbmd/sdm1-1
# what has another name in another place
go-eCharger/012345/fna Ladestation Hof
go-eCharger/012345/car 2
teslamate/cars/1/display_name Blitz
teslamate/cars/1/model Y
teslamate/cars/1/battery_level 71
airgradient/readings/84fce612abcd {"serialno":"84fce612abcd","name":"Classroom","rco2":1412}
airgradient/readings/d83bda1e2233 {"serialno":"d83bda1e2233","name":"Library","rco2":620}
WeatherShed/BME280/Temperature 11.3
BlueIris/CAM-GATE/Status motion
pypowerwall/powerwall/level 81.2
pypowerwall/solar/power 5210
pypowerwall/site/power -210
? Ladestation Hof => go-eCharger/012345
? Model Y => teslamate/cars/1
? airgradient classroom => airgradient/readings/84fce612abcd
? powerwalls => pypowerwall/powerwall
! Ladestation Straße | Model S | airgradient gym | Weather Roof | attic cam
# short numbers of long names
uagv/v2/KIT/AGV-0042/state {"driving":true}
uagv/v2/KIT/AGV-0043/state {"driving":false}
inverter/Garage Ost/ch0 {"P_AC":210}
inverter/Garage West/ch0 {"P_AC":190}
? KIT 0042 => uagv/v2/KIT/AGV-0042
? HM-800 Garage Ost => inverter/Garage Ost
! KIT 0044
# rooms of one kind, sides, tablets and ids that are not there
bt-mqtt-gateway/thermostat/bathroom {"mode":"manual","valve_state":32}
bt-mqtt-gateway/thermostat/living_room {"mode":"auto","valve_state":0}
smartthings/Back Porch Light {"switch":"on"}
unifi/status/HomeNet/client/annas-iphone {"val":true,"mac":"a4:83:e7:1f:22:09","name":"Anna's iPhone"}
openWB/lp/1/strChargePointName Wallbox
esp32_A1B2C4/info {"app":"cellar-fan","mac":"30AEA4A1B2C4"}
esp8266_55D0E1/info {"app":"door-bell","mac":"5CCF7F55D0E1"}
? bathroom thermostat => bt-mqtt-gateway/thermostat/bathroom
? back porch light => smartthings/Back Porch Light
? Anna's iPhone => unifi/status/HomeNet/client/annas-iphone
? esp32_A1B2C4 | a1b2c4 => esp32_A1B2C4
! attic thermostat | Front Porch Light | Anna's iPad | esp32_FF00FF | esp8266_A1B2C9
# ends of ids, captions, models and names deep in a document
tylink/6cf0ed73f2a1a2f2d4hj3k/thing/property/report {"data":{"temp_current":{"value":231}}}
tylink/6c9a12bb77e0c31ff8pqrs/thing/property/report {"data":{"switch_1":{"value":true}}}
supla/user_x/devices/5512/channels/22011/caption Tor
supla/user_x/devices/5512/channels/22011/state/hi true
supla/user_x/devices/6090/channels/31002/caption Termometr
supla/user_x/devices/6090/channels/31002/state/temperature 8.4
loriot/BE7A0F21/uplink {"cmd":"rx","EUI":"A81758FFFE04C1D2","fcnt":311}
solaredge/modbus/inverter {"info":{"manufacturer":"SolarEdge","model":"SE10K-RWB48BEN4"},"status":"MPPT"}
solaredge/modbus/meter/import_export {"info":{"manufacturer":"WattNode","model":"WND-3Y-400-MB"}}
nut/rack-ups {"battery.charge":"100","device.mfr":"American Power Conversion","device.model":"Smart-UPS 1500"}
nut/desk-ups {"battery.charge":"41","device.mfr":"EATON","device.model":"Ellipse PRO 650"}
MTConnect/Current/M8010W4194N/Availability {"MTConnectStreams":{"Streams":{"DeviceStream":{"name":"Mazak","uuid":"M8010W4194N"}}}}
MTConnect/Current/OKUMA.123456/Availability {"MTConnectStreams":{"Streams":{"DeviceStream":{"name":"OKUMA","uuid":"OKUMA.123456"}}}}
? d4hj3k => tylink/6cf0ed73f2a1a2f2d4hj3k
? Termometr => supla/user_x/devices/6090/channels/31002
? a8-17-58-ff-fe-04-c1-d2 | 04c1d2 => loriot/BE7A0F21/uplink
? SE10K => solaredge/modbus/inverter
? Smart-UPS 1500 => nut/rack-ups
? Mazak | the Mazak machine => MTConnect/Current/M8010W4194N
! x9hj3k
# a product's name in a wrapper, as Venus OS tells it
N/c0619ab4d2e6/vebus/276/ProductName {"value":"MultiPlus-II 48/3000/35-32"}
N/c0619ab4d2e6/vebus/276/Mode {"value":3}
N/c0619ab4d2e6/solarcharger/279/ProductName {"value":"SmartSolar MPPT 150/35"}
N/c0619ab4d2e6/solarcharger/279/Mode {"value":1}
N/c0619ab4d2e6/tank/20/CustomName {"value":"Grey water"}
N/c0619ab4d2e6/tank/20/Level {"value":41}
? MultiPlus-II | MultiPlus | the MultiPlus-II 48/3000 => N/c0619ab4d2e6/vebus/276
? SmartSolar | mppt 150/35 => N/c0619ab4d2e6/solarcharger/279
? Grey water => N/c0619ab4d2e6/tank/20
! Quattro | MultiPlus 3 | MultiPlus-II 24/3000/70-32 | Black water
# two of one make are none by it alone
N/c0619ab4d2e6/solarcharger/278/ProductName {"value":"SmartSolar MPPT 100/20"}
N/c0619ab4d2e6/solarcharger/278/Mode {"value":1}
N/c0619ab4d2e6/solarcharger/279/ProductName {"value":"SmartSolar MPPT 150/35"}
N/c0619ab4d2e6/solarcharger/279/Mode {"value":1}
? mppt 100/20 => N/c0619ab4d2e6/solarcharger/278
! SmartSolar | SmartSolar MPPT 75/15
# what a gateway and an instrument say that they are
dtu7/device AHOY-DTU
dtu7/uptime 412
dtu7/HM-600-Shed/ch0/P_AC 211
lab/balance/product Kern FKB
lab/balance/weight 4.1
smarthome/hm/device/model {"val":"HmIP-BROLL","ts":1767355200000,"ack":true}
smarthome/hm/device/level {"val":40,"ts":1767355200000,"ack":true}
lab/stirrer/device stirrer
lab/stirrer/rpm 300
? ahoy dtu | the ahoy dtu => dtu7
? Kern FKB => lab/balance
? HmIP-BROLL | broll => smarthome/hm
! ahoy dtu 2 | Sartorius
# an id beside words that its messages or topics bear, and a name at the end of a level
meter/solax {"device":"HQT7A120Z4","values":{"pac":0}}
meter/solax {"device":"HQT7A120Z8","values":{"pac":4}}
433/events {"model":"Fineoffset-WH51","id":"00de17","moisture":31}
433/events {"model":"Fineoffset-WH51","id":"00de94","moisture":44}
nukihub_loft/configuration/basicJson {"name":"Loft","fwVersion":"3.11.5"}
nukihub_loft/lock/state locked
nukihub_barn/configuration/basicJson {"name":"Barn","fwVersion":"3.11.5"}
nukihub_barn/lock/state locked
? solax HQT7A120Z4 => meter/solax
? WH51 00de17 => 433/events
? Loft => nukihub_loft/lock
# each value of a device by Home Assistant's statestream, whose contact bears its very name
ha/binary_sensor/hatch_contact/friendly_name "Hatch"
ha/binary_sensor/hatch_contact/state "off"
ha/sensor/hatch_battery/state 41
ha/sensor/hatch_north_battery/state 42
? hatch => ha/sensor/hatch_battery
! WH31 00de17 | growatt HQT7A120Z4 | WH51 00de55
# short names whose letters have marks in one place and none in the other
hall/fras/data {"rpm":2400}
hall/fras2/data {"rpm":2400}
hall/tokarka/stol {"poz":12}
hall/lyft/data {"load":3}
hall/łuk/data {"amps":80}
hall/đen/data {"lux":80}
? fräs => hall/fras/
? fräs 2 => hall/fras2
? stół => hall/tokarka/stol
? luk => hall/łuk
? den => hall/đen
! sög | frös
# each value of a device on a level of its own, right beside those of others
ha/sensor/powmr_AC_grid_voltage 231.2
ha/sensor/powmr_Battery_voltage 52.1
ha/sensor/powmr_Battery_capacity 88
ha/sensor/powmr_Load_watt 412
ha/sensor/powmr_SCC_charge_on 1
ha/sensor/powmr_Inverter_mode 3
ha/binary_sensor/powmr_Grid_present 1
ha/sensor/hall_lamp_power 4
ha/sensor/hoymo_roof_power 4
ha/sensor/hoymo_roof_energy 41
ha/sensor/hoymo_shed_power 4
ha/sensor/hoymo_shed_energy 41
ha/sensor/hoymo_barn_power 4
ha/sensor/hoymo_barn_energy 41
ha/sensor/elsor_kitchen_temperature 21
ha/sensor/elsor_kitchen_humidity 44
ha/sensor/elsor_hall_pressure 1004
ha/sensor/elsor_hall_power 12
ha/sensor/elsor_bath_voltage 230
north/skylo_battery_voltage 3.9
south/skylo_panel_current 0.4
north/skylo_mode 3
south/skylo_wind_power 2
south/skylo_air_temperature 11
? powmr | the powmr inverter => ha/sensor/powmr_Load_watt
! powmr 2 | hoymo | elsor | skylo
`;

/** What stands beside each system, so that nothing is found for being the only device. */
const BESIDE = `
zigbee2mqtt/xmas_star {"state":"ON","brightness":120,"linkquality":88}
tele/tasmota_7F2A11/STATE {"Time":"2026-01-02T12:00:00","Uptime":"1T00:00:00","POWER":"ON"}
tele/tasmota_7F2A11/LWT Online
homeassistant/status online
`;

function linesOf(text: string): Line[] {
  return text.trim().split("\n").filter((line) => !/^[#?!] /.test(line)).flatMap((line) => {
    const json = line.indexOf(" {");
    const at = json === -1 ? line.indexOf(" ") : json;
    const topic = line.slice(0, at);
    const payload = line.slice(at + 1);
    const retain = topic.endsWith("/config") || !payload.startsWith("{");
    return [...(retain ? [{ s: 0, topic, payload, retain }] : []), { s: 1, topic, payload }, {
      s: 31,
      topic,
      payload,
    }];
  }).sort((a, b) => a.s - b.s);
}

Deno.test("what a person calls a device finds it, and what is not there finds nothing else", () => {
  const beside = linesOf(BESIDE);
  const wrong: string[] = [];
  for (const system of SYSTEMS.trim().split(/^# /m).slice(1)) {
    const lines = [...beside, ...linesOf(`# ${system}`)].sort((a, b) => a.s - b.s);
    const [title = "", ...asked] = system.trim().split("\n");
    for (const line of asked.filter((one) => /^[?!] /.test(one))) {
      const [names = "", expected] = line.slice(2).split(" => ");
      for (const name of names.split(" | ")) {
        const { topic_count, topics, nearest } = diagnosisOf(name, lines);
        const isRight = expected === undefined
          ? topic_count === 0 && nearest.length > 0
          : topics.some(({ topic }) => expected.split(",").some((own) => topic.startsWith(own)));
        if (!isRight) {
          wrong.push(`${title}: ${name}: ${topics.map(({ topic }) => topic).join(" ")}`);
        }
      }
    }
  }
  assert.deepEqual(wrong, []);
});
