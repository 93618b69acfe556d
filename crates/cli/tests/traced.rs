//! The program under a trace of its system calls: what is not on the list here, it must not do.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test panics where it fails"
)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

/// Calls that read, wait, speak to the network, or belong to a process and its threads. None of
/// them writes a file, starts a program, or changes who it is.
const CALLS: [&str; 77] = [
    "access",
    "arch_prctl",
    "bind",
    "brk",
    "clock_nanosleep",
    "clone",
    "clone3",
    "close",
    "connect",
    "dup",
    "epoll_create1",
    "epoll_ctl",
    "epoll_pwait",
    "epoll_wait",
    "eventfd2",
    "execve",
    "exit",
    "exit_group",
    "faccessat2",
    "fcntl",
    "fstat",
    "futex",
    "getdents64",
    "getegid",
    "geteuid",
    "getgid",
    "getpeername",
    "getpid",
    "getrandom",
    "getsockname",
    "getsockopt",
    "gettid",
    "getuid",
    "lseek",
    "madvise",
    "membarrier",
    "mmap",
    "mprotect",
    "mremap",
    "munmap",
    "nanosleep",
    "newfstatat",
    "open",
    "openat",
    "poll",
    "ppoll",
    "prctl",
    "pread64",
    "prlimit64",
    "read",
    "readlink",
    "readlinkat",
    "recvfrom",
    "recvmmsg",
    "recvmsg",
    "rseq",
    "rt_sigaction",
    "rt_sigprocmask",
    "sched_getaffinity",
    "sched_yield",
    "sendmmsg",
    "sendmsg",
    "sendto",
    "set_robust_list",
    "set_tid_address",
    "setsockopt",
    "shutdown",
    "sigaltstack",
    "socket",
    "socketpair",
    "stat",
    "statfs",
    "statx",
    "timerfd_create",
    "timerfd_settime",
    "uname",
    "write",
];

/// Calls that name a file.
const OF_FILES: [&str; 10] = [
    "access",
    "execve",
    "faccessat2",
    "newfstatat",
    "open",
    "openat",
    "readlink",
    "readlinkat",
    "statfs",
    "statx",
];

/// Files and folders that may be looked at. Nobody's home is among them.
const PLACES: [&str; 28] = [
    "/bin/",
    "/etc/gai.conf",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/os-release",
    "/etc/resolv.conf",
    "/etc/security/certificates",
    "/etc/ssl/",
    "/etc/timezone",
    "/lib/",
    "/lib64/",
    "/proc/",
    "/run/cups/cups.sock",
    "/run/dbus/system_bus_socket",
    "/run/nscd/",
    "/run/reboot-required",
    "/run/systemd/resolve/",
    "/sbin/",
    "/sys/",
    "/usr/",
    "/var/lib/dpkg/status",
    "/var/log/wtmp",
    "/var/run/nscd/socket",
    "/etc/pki/",
];

/// What of another program must never be read: its arguments, its environment, its memory.
const PRIVATE: [&str; 6] = ["cmdline", "environ", "exe", "fd", "maps", "mem"];

/// The call of a line of the trace, and what is behind its bracket.
fn call(line: &str) -> Option<(&str, &str)> {
    // The number of the thread comes first; the second half of a call is not another one.
    let line = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    line.split_once('(').filter(|(name, _)| !name.starts_with(['<', '+', '-']))
}

/// The first text in quotes.
fn quoted(arguments: &str) -> Option<&str> {
    arguments.split('"').nth(1)
}

fn fault(line: &str, own: &[&str]) -> Option<String> {
    let (name, arguments) = call(line)?;
    // How much has come, and not to wait for more.
    let of_socket = [", FIONREAD", ", FIONBIO"];
    let is_of_socket = name == "ioctl" && of_socket.iter().any(|what| arguments.contains(what));
    if !CALLS.contains(&name) && !is_of_socket {
        return Some("is not on the list of calls".to_owned());
    }
    let path = quoted(arguments).filter(|path| path.starts_with('/'));
    if let Some(path) = path.filter(|_| OF_FILES.contains(&name)) {
        let is_place =
            |place: &&str| path.starts_with(*place) || place.trim_end_matches('/') == path;
        if !PLACES.iter().any(is_place) && !own.contains(&path) && path != "/" {
            return Some("is not on the list of places".to_owned());
        }
        if let Some((program, fact)) = path.strip_prefix("/proc/").and_then(|it| it.split_once('/'))
            && program.parse::<u32>().is_ok()
            && fact.split('/').any(|part| PRIVATE.contains(&part))
        {
            return Some("reads what belongs to another program".to_owned());
        }
    }
    let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"];
    if name.starts_with("open") && writes.iter().any(|flag| arguments.contains(flag)) {
        return Some("opens a file to change it".to_owned());
    }
    // `-y` shows what a descriptor is: a path in it would be a file.
    if name == "write" && arguments.split_once('<').is_some_and(|(_, what)| what.starts_with('/')) {
        return Some("writes into a file".to_owned());
    }
    let is_local = name == "connect" && arguments.contains("AF_UNIX");
    if is_local && !quoted(arguments).is_some_and(|path| PLACES.contains(&path)) {
        return Some("asks a program of this device that is not on the list".to_owned());
    }
    None
}

/// Answers everything as the internet's probe would.
fn probe() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut request = [0; 2048];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
        }
    });
    format!("http://{address}/")
}

fn trace(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (settings, log) = (folder.path().join("settings.json"), folder.path().join("trace"));
    let url = probe();
    let text = format!(
        r#"{{"agent_url":"{url}","issuer":"{url}","internet_probe_url":"{url}","service_url":"https://service.example/","vpn_networks":["10.98.0.0/16"],"vpn_gateways":["wireguard://192.0.2.1:51820"]}}"#
    );
    std::fs::write(&settings, text).unwrap();
    let nothing = folder.path().join("none.json");
    let program = env!("CARGO_BIN_EXE_deskside-cli");
    // What the linker would look for elsewhere is not ours.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let output = Command::new("strace")
        .env_clear()
        .env("PATH", path)
        .args(["-f", "-qq", "-y", "-s", "300", "-o"])
        .arg(&log)
        .arg(program)
        .arg("--managed")
        .arg(&nothing)
        .arg("--settings")
        .arg(&settings)
        .args(arguments)
        .output()
        .expect("strace is there: `cargo xtask setup` installs it");
    assert!(matches!(output.status.code(), Some(0 | 10 | 20)), "{output:?}");
    let log = std::fs::read_to_string(&log).unwrap();
    let own: Vec<String> = [Path::new(program), folder.path(), &settings, &nothing]
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let faults: Vec<String> =
        log.lines().filter_map(|line| Some(format!("{} in {line}", fault(line, &own)?))).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // Only the program itself was started.
    assert_eq!(log.lines().filter(|line| line.contains("execve(")).count(), 1);
    log
}

#[test]
fn a_diagnosis_only_reads_and_asks() {
    let log = trace(&["diagnose", "--deadline", "2"]);
    assert!(log.contains("/proc/net/route") && log.contains("AF_INET"), "the trace is empty");
}

#[test]
fn an_inventory_only_reads() {
    let log = trace(&["inventory"]);
    assert!(log.contains("/proc/loadavg") && !log.contains("AF_INET"), "the trace is wrong");
}

#[test]
fn the_list_refuses_what_it_should() {
    let check = |line: &str, expect: bool| {
        assert_eq!(fault(line, &["/own"]).is_none(), expect, "{line}");
    };
    check(r#"7 openat(AT_FDCWD</tmp>, "/proc/net/route", O_RDONLY|O_CLOEXEC) = 3"#, true);
    check(r#"7 openat(AT_FDCWD</tmp>, "/own", O_RDONLY) = 3"#, true);
    check(r#"7 write(2<pipe:[5]>, "link: fine", 10) = 10"#, true);
    check("7 <... read resumed>\"x\", 1) = 1", true);
    check(r#"7 openat(AT_FDCWD</tmp>, "/home/noor/.bash_history", O_RDONLY) = 3"#, false);
    check(r#"7 openat(AT_FDCWD</tmp>, "/proc/42/environ", O_RDONLY) = 3"#, false);
    check(r#"7 openat(AT_FDCWD</tmp>, "/usr/x", O_WRONLY|O_CREAT, 0666) = 3"#, false);
    check(r#"7 write(3</usr/x>, "x", 1) = 1"#, false);
    check(
        r#"7 connect(3<socket:[1]>, {sa_family=AF_UNIX, sun_path="/run/docker.sock"}, 20) = 0"#,
        false,
    );
    check(r#"7 unlink("/usr/x") = 0"#, false);
    check("7 setuid(0) = 0", false);
}
