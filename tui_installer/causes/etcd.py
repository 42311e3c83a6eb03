"""What the logs of etcd and of the API server tell."""

from __future__ import annotations

import re

from tui_installer.model.cause import KnownCause, Telltale, by_words
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

ETCD = "etcd"
SILENT = ("api_silent", "api_refused", "kubeadm_wait", "node_not_ready", "pods_not_ready")

CAUSES = (
    KnownCause(
        "etcd_address",
        T(
            "the control plane was made for the address {address}, which no card of this machine has"
        ),
        T("give a card that address, or reset the node and make it with its own address"),
        tuple(
            Telltale(
                source,
                re.compile(
                    r"listen tcp (?P<address>[\d.]+):\d+: bind: cannot assign requested address"
                ),
            )
            for source in (ETCD, "kube-apiserver")
        ),
        explains=SILENT,
        lasting=True,
    ),
    KnownCause(
        "port_in_use",
        T("a part of the control plane finds its port {port} taken by another program"),
        T("find it with: ss -ltnp sport = :{port}; stop it, or move it to another port"),
        tuple(
            Telltale(source, re.compile(r":(?P<port>\d+): bind: address already in use"))
            for source in (ETCD, "kube-apiserver", "kube-scheduler", "kube-controller-manager")
        ),
        explains=SILENT,
        lasting=True,
    ),
    by_words(
        "etcd_slow",
        ETCD,
        re.compile(
            # etcd says so of every request of 100 ms, on a healthy machine that is busy too.
            r"slow fdatasync|wal: sync duration of|apply request took too long\",\"took\":\"[\d.]+s\"|leader failed to send out heartbeat on time"
        ),
        T("etcd's disk is too slow"),
        T(
            "put /var/lib/etcd on a faster disk, or move what else writes there; measure: fio --fsync=1"
        ),
        severity=Outcome.WARN,
        explains=("etcd_no_leader", "api_silent", "api_refused"),
    ),
    by_words(
        "etcd_full",
        ETCD,
        re.compile(r"mvcc: database space exceeded|alarm raised[^\n]*NOSPACE|alarm:NOSPACE"),
        T("etcd's database has reached its limit, and takes no more writes"),
        T(
            "compact and defragment it: etcdctl compact REVISION; etcdctl defrag; etcdctl alarm disarm"
        ),
        explains=("pods_not_ready", "node_not_ready"),
    ),
    KnownCause(
        "etcd_no_leader",
        T("etcd has no leader: most of its members are gone"),
        T(
            "bring the other control planes back; see them: etcdctl member list; etcdctl endpoint status --cluster"
        ),
        (
            # A member alone holds an election too when it starts; it says that at the level info.
            Telltale(ETCD, re.compile(r'"level":"(?:warn|error)"[^\n]*no leader')),
            Telltale("kube-apiserver", re.compile(r"etcdserver: no leader")),
        ),
        explains=SILENT,
    ),
    by_words(
        "etcd_damaged",
        ETCD,
        re.compile(
            r"wal: crc mismatch|failed to find database snapshot file|panic: (?:freepages|page \d+ already freed|assertion failed: Page expected)|failed to recover v3 backend from snapshot"
        ),
        T("etcd's data is damaged, as after a power cut"),
        T(
            "restore a snapshot: etcdctl snapshot restore FILE; with other members: remove this one and let it join again"
        ),
        explains=SILENT,
        lasting=True,
    ),
    by_words(
        "etcd_other_cluster",
        ETCD,
        re.compile(
            r"member (?P<member>[0-9a-f]+) has already been bootstrapped|cluster ID mismatch"
        ),
        T("/var/lib/etcd holds the data of another cluster"),
        T("if nobody needs it: kubeadm reset, which clears it; else bring its cluster back"),
        explains=SILENT,
        lasting=True,
    ),
    by_words(
        "etcd_read_only",
        ETCD,
        re.compile(
            r"/var/lib/etcd[^\n]*: read-only file system|cannot access data directory: [^\n]*(?:read-only|permission denied)"
        ),
        T("etcd cannot write to /var/lib/etcd"),
        T("mount it writable (mount -o remount,rw), and give it mode 700 and root as owner"),
        explains=SILENT,
        lasting=True,
    ),
    by_words(
        "ipvs_missing",
        "kube-proxy",
        re.compile(r"Can't use the IPVS proxier"),
        T("kube-proxy cannot use ipvs and has taken iptables instead"),
        T(
            "load the modules: modprobe -a ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh nf_conntrack, then restart kube-proxy"
        ),
        severity=Outcome.WARN,
    ),
    by_words(
        "reverse_path_filter",
        "calico-node",
        re.compile(r"[Kk]ernel's RPF check is set to 'loose'"),
        T("the kernel's check of return paths is loose (rp_filter = 2), and Calico refuses to run"),
        T("sysctl -w net.ipv4.conf.all.rp_filter=1, and write the same into /etc/sysctl.d"),
        explains=("pods_not_ready", "node_not_ready"),
    ),
    by_words(
        "calico_cards_managed",
        "NetworkManager",
        re.compile(
            r"device \((?P<card>cali[0-9a-f]+|tunl0|vxlan\.calico)\): state change: \w+ -> (?:disconnected|unavailable)"
        ),
        T("NetworkManager takes over Calico's card {card} and removes its routes"),
        T(
            "write unmanaged-devices=interface-name:cali*;interface-name:tunl*;interface-name:vxlan.calico into /etc/NetworkManager/conf.d/calico.conf, then: systemctl reload NetworkManager"
        ),
        explains=("pods_not_ready", "node_not_ready"),
    ),
)
