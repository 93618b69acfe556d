//! The usual home: who is where, what runs there, and how everybody reaches everybody.

use crate::serve::Role;

/// Every namespace and the script that sets it up. `$LAB` is the laboratory's folder.
///
/// laptop – router – internet – { dns, idp, probe, vpn – company, other }
pub(crate) const NAMESPACES: [(&str, &str); 9] = [
    ("internet", INTERNET),
    ("router", ROUTER),
    ("laptop", LAPTOP),
    ("dns", DNS),
    ("idp", IDP),
    ("probe", PROBE),
    ("vpn", VPN),
    ("company", COMPANY),
    ("other", OTHER),
];

/// Cables: one end, its namespace, the other end, its namespace.
pub(crate) const CABLES: [(&str, &str, &str, &str); 7] = [
    ("lan0", "laptop", "lan0", "router"),
    ("net0", "dns", "dns0", "internet"),
    ("net0", "idp", "idp0", "internet"),
    ("net0", "probe", "probe0", "internet"),
    ("net0", "vpn", "vpn0", "internet"),
    ("net0", "other", "other0", "internet"),
    ("corp0", "vpn", "corp0", "company"),
];

/// What runs where from the beginning.
pub(crate) const SERVERS: [(&str, Role); 6] = [
    ("idp", Role::Idp),
    ("probe", Role::Probe),
    ("company", Role::Company),
    ("router", Role::Portal),
    ("router", Role::Intercept),
    ("dns", Role::SlowDns),
];

/// Where programs run that keep running, with the command of each.
pub(crate) const PROGRAMS: [(&str, &str, &str); 5] = [
    (
        "dns",
        "dns",
        "exec dnsmasq -k -h -R -u root -H $LAB/dns.hosts --local=/lumenoak.test/ --local=/example.test/ -x $LAB/dnsmasq-dns.pid",
    ),
    (
        "router",
        "router_dns",
        "exec dnsmasq -k -h -R -u root --server=203.0.113.53 -x $LAB/dnsmasq-router.pid",
    ),
    (
        "company",
        "company_dns",
        "exec dnsmasq -k -h -R -u root -H $LAB/company.hosts --local=/corp.lumenoak.test/ --server=203.0.113.53 -x $LAB/dnsmasq-company.pid",
    ),
    (
        "laptop",
        "stub",
        "exec dnsmasq -k -h -R -u root --listen-address=127.0.0.53 --bind-interfaces --server=192.168.50.1 --server=/corp.lumenoak.test/10.99.0.53 -x $LAB/dnsmasq-laptop.pid",
    ),
    (
        "vpn",
        "wireguard_gateway",
        "rm -f /var/run/wireguard/wgs.sock; exec env LOG_LEVEL=error WG_PROCESS_FOREGROUND=1 wireguard-go -f wgs",
    ),
];

/// What scenarios may use beside the commands of the system.
pub(crate) const TOOLS: &str = r#"
# await COMMAND: until it succeeds, five seconds at most.
await() { for try in $(seq 250); do if eval "$*"; then return; fi; sleep 0.02; done; return 1; }
# carries INTERFACE: whether it is up.
carries() { case $(cat /sys/class/net/$1/operstate) in up|unknown) ;; *) false;; esac; }
# stop NAME: ends the program whose process is in $LAB/NAME.pid.
stop() { pid=$(cat $LAB/$1.pid); kill $pid; await "! runs $pid"; }
# runs PROCESS: whether it does; one that has ended and nobody asked after does not.
runs() { [ -e /proc/$1/stat ] && ! grep -q ') Z ' /proc/$1/stat; }
# stub OPTIONS: the laptop's name service again, with these options.
stub() { stop dnsmasq-laptop; dnsmasq -h -R -u root --listen-address=127.0.0.53 --bind-interfaces -x $LAB/dnsmasq-laptop.pid "$@"; }
# ike SIDE: strongSwan as `gateway` or `laptop`; it says what goes on in $LAB/ike-SIDE.log.
ike() { STRONGSWAN_CONF=$LAB/ike-$1.conf charon-systemd & echo $! > $LAB/ike-$1.pid; await "swanctl --load-all --file $LAB/ike-$1.swanctl --uri unix://$LAB/ike-$1.vici > $LAB/swanctl.log 2>&1"; }
# serve ROLE KIND:PORT: one more of the laboratory's servers.
serve() { $PROGRAM serve $LAB $1 & echo $! > $LAB/$1.pid; await "ss -Hln --${2%:*} sport = :${2#*:} | grep -q ."; }
"#;

pub(crate) const OPENVPN_SERVER: &str = "\
dev tun
proto udp
port 1194
topology subnet
server 10.97.0.0 255.255.255.0
push \"route 10.99.0.0 255.255.255.0\"
ca $LAB/public.pem
cert $LAB/openvpn-server.pem
key $LAB/openvpn-server.key
dh none
keepalive 5 30
daemon
writepid $LAB/openvpn-server.pid
log $LAB/openvpn-server.log
";

pub(crate) const OPENVPN_CLIENT: &str = "\
client
dev tun
proto udp
remote 203.0.113.20 1194
nobind
ca $LAB/public.pem
cert $LAB/openvpn-client.pem
key $LAB/openvpn-client.key
connect-retry 1 2
daemon
writepid $LAB/openvpn-client.pid
log $LAB/openvpn-client.log
";

/// strongSwan's own settings, of either side. The kernel here may have no IPsec, so packets are
/// encrypted in the program and go through a tunnel interface.
pub(crate) const IKE: &str = "\
charon-systemd {
  load = random nonce aes sha1 sha2 hmac kdf gmp drbg kernel-libipsec kernel-netlink socket-default vici
  filelog { log { path = $LAB/ike-$SIDE.log
                  default = 1
                  flush_line = yes } }
  plugins { vici { socket = unix://$LAB/ike-$SIDE.vici } }
}
";

pub(crate) const IKE_GATEWAY: &str = "\
connections {
  company {
    version = 2
    pools = laptops
    local { auth = psk
            id = vpn.lumenoak.test }
    remote { auth = psk
             id = laptop.lumenoak.test }
    children { company { local_ts = 10.99.0.0/24
                         esp_proposals = aes256-sha256 } }
  }
}
pools { laptops { addrs = 10.96.0.0/24 } }
secrets { ike { id = laptop.lumenoak.test
                secret = shared } }
";

pub(crate) const IKE_LAPTOP: &str = "\
connections {
  company {
    version = 2
    remote_addrs = 203.0.113.20
    vips = 0.0.0.0
    local { auth = psk
            id = laptop.lumenoak.test }
    remote { auth = psk
             id = vpn.lumenoak.test }
    children { company { remote_ts = 10.99.0.0/24
                         esp_proposals = aes256-sha256
                         start_action = start } }
  }
}
secrets { ike { id = vpn.lumenoak.test
                secret = shared } }
";

/// Names on the internet.
pub(crate) const DNS_HOSTS: &str = "\
203.0.113.80 login.lumenoak.test
2001:db8:113::80 login.lumenoak.test
203.0.113.81 desk.lumenoak.test
2001:db8:113::81 desk.lumenoak.test
203.0.113.99 probe.example.test
2001:db8:113::99 probe.example.test
203.0.113.20 vpn.lumenoak.test
203.0.113.90 proxy.lumenoak.test
";

/// Names inside of the company.
pub(crate) const COMPANY_HOSTS: &str = "\
10.99.0.10 intranet.corp.lumenoak.test
";

/// What IT has configured.
pub(crate) const SETTINGS: [(&str, &str); 8] = [
    ("agent_url", "https://desk.lumenoak.test"),
    ("issuer", "https://login.lumenoak.test"),
    ("internet_probe_url", "http://probe.example.test/generate_204"),
    ("internet_probe_number_url", "http://203.0.113.99/generate_204"),
    ("service_url", "https://intranet.corp.lumenoak.test"),
    ("vpn_gateways", "wireguard://vpn.lumenoak.test:51820"),
    ("vpn_networks", "10.99.0.0/24"),
    ("vpn_need", "required"),
];

/// What every namespace begins with: a firewall whose chains scenarios add to.
pub(crate) const FIREWALL: &str = "\
table inet lab {
  chain input { type filter hook input priority 0; }
  chain forward { type filter hook forward priority 0; }
  chain output { type filter hook output priority 0; }
  chain prerouting { type nat hook prerouting priority dstnat; }
  chain postrouting { type nat hook postrouting priority srcnat; }
}
";

const INTERNET: &str = "
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ip link add br0 type bridge
for end in dns0 idp0 probe0 vpn0 other0; do ip link set $end master br0 up; done
ip addr add 203.0.113.1/24 dev br0
ip addr add 2001:db8:113::1/64 dev br0 nodad
ip link set br0 up
ip addr add 198.51.100.1/30 dev wan1
ip addr add 2001:db8:100::1/64 dev wan1 nodad
ip link set wan1 up
ip route add 2001:db8:50::/64 via 2001:db8:100::2
";

const ROUTER: &str = "
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ip addr add 192.168.50.1/24 dev lan0
ip addr add 2001:db8:50::1/64 dev lan0 nodad
ip link set lan0 up
ip addr add 198.51.100.2/30 dev wan0
ip addr add 2001:db8:100::2/64 dev wan0 nodad
ip link set wan0 up
ip route add default via 198.51.100.1
ip -6 route add default via 2001:db8:100::1
nft add rule inet lab postrouting oifname wan0 meta nfproto ipv4 masquerade
";

const LAPTOP: &str = "
sysctl -qw net.ipv4.ping_group_range='0 2147483647'
ip addr add 192.168.50.20/24 dev lan0
ip addr add 2001:db8:50::20/64 dev lan0 nodad
ip link set lan0 up
ip route add default via 192.168.50.1
ip -6 route add default via 2001:db8:50::1
";

const DNS: &str = "
ip addr add 203.0.113.53/24 dev net0
ip addr add 2001:db8:113::53/64 dev net0 nodad
ip link set net0 up
ip route add default via 203.0.113.1
ip -6 route add default via 2001:db8:113::1
";

const IDP: &str = "
for last in 80 81; do
  ip addr add 203.0.113.$last/24 dev net0
  ip addr add 2001:db8:113::$last/64 dev net0 nodad
done
ip link set net0 up
ip route add default via 203.0.113.1
ip -6 route add default via 2001:db8:113::1
";

const PROBE: &str = "
ip addr add 203.0.113.99/24 dev net0
ip addr add 2001:db8:113::99/64 dev net0 nodad
ip link set net0 up
ip route add default via 203.0.113.1
ip -6 route add default via 2001:db8:113::1
";

const VPN: &str = "
sysctl -qw net.ipv4.ip_forward=1
ip addr add 203.0.113.20/24 dev net0
ip link set net0 up
ip route add default via 203.0.113.1
ip addr add 10.99.0.1/24 dev corp0
ip link set corp0 up
nft add rule inet lab postrouting oifname net0 ip saddr 10.96.0.0/12 masquerade
";

const COMPANY: &str = "
ip addr add 10.99.0.10/24 dev corp0
ip addr add 10.99.0.53/24 dev corp0
ip link set corp0 up
ip route add default via 10.99.0.1
";

/// Somebody else on the internet: a proxy, where a network has one.
const OTHER: &str = "
ip addr add 203.0.113.90/24 dev net0
ip link set net0 up
ip route add default via 203.0.113.1
";

/// Brings the company's tunnel up, after its gateway.
pub(crate) const WIREGUARD: &str = "
rm -f /var/run/wireguard/wgc.sock
LOG_LEVEL=error wireguard-go wgc
wg set wgc private-key $LAB/laptop.key peer $(cat $LAB/gateway.pub) endpoint 203.0.113.20:51820 allowed-ips 10.98.0.0/24,10.99.0.0/24 persistent-keepalive 5
ip addr add 10.98.0.2/24 dev wgc
ip link set wgc up mtu 1420
ip route add 10.99.0.0/24 dev wgc
";

/// The company's end of it.
pub(crate) const WIREGUARD_GATEWAY: &str = "
for try in $(seq 250); do wg show wgs > /dev/null 2>&1 && break; sleep 0.02; done
wg set wgs private-key $LAB/gateway.key listen-port 51820 peer $(cat $LAB/laptop.pub) allowed-ips 10.98.0.2/32
ip addr add 10.98.0.1/24 dev wgs
ip link set wgs up mtu 1420
";
