//! The checks against recorded devices, servers that answer as told, and this machine.

#[cfg(target_os = "linux")]
#[cfg(test)]
mod devices;
#[cfg(target_os = "linux")]
#[cfg(test)]
mod hardware;
#[cfg(test)]
mod live;
#[cfg(test)]
mod network;
#[cfg(test)]
mod reads_only;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tls;
#[cfg(target_os = "linux")]
#[cfg(test)]
mod udisks;
