//! The checks against recorded devices, servers that answer as told, and this machine.

#[cfg(all(test, target_os = "linux"))]
mod devices;
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
