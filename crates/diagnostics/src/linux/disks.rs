use std::path::Path;

use super::text;
use crate::device::{self, Disk, Room};
use crate::{Roots, outcome::Outcome};

/// File systems that keep data on a disk of this device. Network mounts are left alone: asking one
/// whose server is gone never returns.
const ON_DISK: [&str; 9] =
    ["bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "xfs", "zfs"];
/// Where a system that keeps them apart mounts its parts. Anything else may be named by a person.
const SYSTEM_PARTS: [&str; 8] = ["/", "/home", "/opt", "/srv", "/tmp", "/usr", "/var", "/var/log"];

/// The disks in `proc/self/mounts`, each device once.
pub(crate) fn disks(roots: &Roots) -> Outcome {
    let mounts = text(&roots.proc.join("self/mounts")).unwrap_or_default();
    let seen = mount_points(&mounts).into_iter().filter_map(|mount_point| {
        Some(Disk { mount_point: mount_point.to_owned(), room: room(Path::new(mount_point))? })
    });
    device::disks(seen.collect())
}

/// The parts of the system that lie on a disk (fstab(5) has the columns). Parts of one device share
/// its room, so the first stands for all.
fn mount_points(mounts: &str) -> Vec<&str> {
    let mut devices = Vec::new();
    let mut points = Vec::new();
    for line in mounts.lines() {
        let mut columns = line.split(' ');
        let (Some(device), Some(point), Some(kind)) =
            (columns.next(), columns.next(), columns.next())
        else {
            continue;
        };
        let counts = ON_DISK.contains(&kind) && SYSTEM_PARTS.contains(&point);
        if counts && !devices.contains(&device) {
            devices.push(device);
            points.push(point);
        }
    }
    points
}

/// What is left for people who are not root.
fn room(mount_point: &Path) -> Option<Room> {
    let seen = rustix::fs::statvfs(mount_point).ok()?;
    Some(Room {
        total: seen.f_blocks.checked_mul(seen.f_frsize)?,
        free: seen.f_bavail.checked_mul(seen.f_frsize)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_at_the_systems_own_disks_and_at_nothing_of_a_persons() {
        let mounts = "\
sysfs /sys sysfs rw 0 0
/dev/nvme0n1p2 / ext4 rw,relatime 0 0
/dev/nvme0n1p1 /boot/efi vfat rw 0 0
/dev/loop3 /snap/core/1 squashfs ro 0 0
/dev/mapper/home /home btrfs rw 0 0
/dev/mapper/home /var btrfs rw,subvol=/var 0 0
/dev/sdb1 /media/anna/Holiday\\040pictures ext4 rw 0 0
files:/export /srv nfs4 rw 0 0
";
        assert_eq!(mount_points(mounts), ["/", "/home"]);
        assert!(mount_points("\n  \nbroken\n/dev/x /").is_empty());
    }
}
