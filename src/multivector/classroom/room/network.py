"""Addresses of this machine, free ports, and what may stand between a phone and the room."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import socket
import struct
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass

PORT = 8765
LOOPBACK = "127.0.0.1"
NOWHERE = "192.0.2.1"
"""An address for examples (RFC 5737): asking the system for the way there sends nothing."""
VIRTUAL = ("br-", "docker", "lxc", "ppp", "tailscale", "tap", "tun", "utun", "vboxnet", "veth", "virbr", "vmnet", "wg",
           "zt")  # fmt: skip
"""How names of interfaces begin that lead to no Wi-Fi: tunnels of a VPN, nets of virtual machines and containers."""
SIOCGIFADDR = 0x8915
"""Linux: the IPv4 address of an interface, by its name."""


def interfaces() -> dict[str, str]:
    """Names of this machine's interfaces by their IPv4 address, where the system tells them (Linux)."""
    try:
        import fcntl
    except ImportError:
        return {}
    found = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):
                told = fcntl.ioctl(any_.fileno(), SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                found[socket.inet_ntoa(told[20:24])] = name
    return found


def virtual() -> dict[str, str]:
    """Addresses that a VPN or a virtual machine has made, with the names of their interfaces."""
    return {address: name for address, name in interfaces().items() if name.startswith(VIRTUAL)}


def lan_addresses() -> list[str]:
    """IPv4 addresses by which others on the same network may reach this machine, the likeliest first.

    With a VPN on, the way out leads through its tunnel, by which no phone comes: such addresses stand last.
    """
    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect((NOWHERE, 9))
        found.append(way.getsockname()[0])
    with contextlib.suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    made = virtual()
    return sorted((a for a in dict.fromkeys([*found, *interfaces()]) if usable(a)), key=lambda a: a in made)


class Hosts:
    """Hosts by which a room may be called, as the machine's addresses come and go; one of them is told to students.

    Parameters
    ----------
    own : names that the machine always has.
    told : the host that students are told first.
    look : the machine's addresses now, the likeliest first.
    """

    def __init__(self, own: Iterable[str], told: str, look: Callable[[], list[str]] = list) -> None:
        self._look, self.told, self._here = look, told, set(look())
        self.known = {*own, told, *self._here}

    def again(self) -> bool:
        """Look again: whether students are to be told another host.

        An address that has just come is where phones are sent: somebody has switched a hotspot on, or changed the
        network, for their sake. Else the old one stays as long as the machine has it.
        """
        found = self._look()
        made = virtual()
        new = [a for a in found if a not in self._here and a not in made]
        self.known |= set(found)
        self._here = set(found)
        before = self.told
        self.told = next(iter(new or [a for a in (before, *found) if a in found]), before)
        return self.told != before


def is_address(host: str) -> bool:
    """Whether a host is a number: no name of somebody's own, which could lead anywhere."""
    try:
        return bool(ipaddress.IPv4Address(host))
    except ValueError:
        return False


def usable(address: str) -> bool:
    """Whether others may reach an address: no loopback, and none that a machine gives itself for want of one.

    Examples
    --------
    >>> usable("192.168.1.20"), usable("127.0.0.1"), usable("169.254.7.7"), usable("0.0.0.0")
    (True, False, False, False)
    """
    one = ipaddress.ip_address(address)
    return not (one.is_loopback or one.is_link_local or one.is_unspecified or one.is_multicast)


def trouble_with(host: str, port: int) -> str | None:
    """Why a port cannot be had: ``taken``, ``forbidden``, ``no-address``, or None if it can."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            known = {errno.EADDRINUSE: "taken", errno.EACCES: "forbidden", errno.EADDRNOTAVAIL: "no-address"}
            return known.get(error.errno or 0, "taken")
    return None


def listening(host: str, port: int | None, first: int = PORT, tries: int = 20) -> socket.socket | None:
    """A socket that listens at a port, or at the first free one from `first` on; None where none can be had."""
    for number in range(first, first + tries) if port is None else (port,):
        with contextlib.suppress(OSError):
            return socket.create_server((host, number), backlog=256)
    return None


def free_port(host: str, first: int = PORT, tries: int = 20) -> int | None:
    """The first free port from `first` on, or None."""
    return next((p for p in range(first, first + tries) if trouble_with(host, p) is None), None)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether it is well, what was found, and what to do if it is not."""

    name: str
    state: str
    found: str
    do: str = ""


def answers(address: str, port: int, *, timeout: float = 3.0) -> bool:
    """Whether something on this machine answers at an address: an HTTP server of our own."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{address}:{port}/", timeout=timeout) as reply:
            return bool(reply.status)
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False
