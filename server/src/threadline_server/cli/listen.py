"""Turn a host and a port into listening sockets, or into the reason why there are none."""

from __future__ import annotations

import errno
import ipaddress
import socket

from threadline_server.errors import ThreadlineError

LOOPBACK = ("127.0.0.1", "::1")
BACKLOG = 1024
TRIES_FOR_ONE_PORT_ON_ALL = 20


def _can_use(address: str) -> bool:
    """Whether this machine has the address at all; containers often lack ::1."""
    try:
        with _unbound(address) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def _unbound(address: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.socket(family, socket.SOCK_STREAM)


def addresses(host: str) -> list[str]:
    """The IP addresses that a host setting stands for; empty means all loopback ones there are.

    Raises ThreadlineError where the name is unknown, or (status 403) where it reaches beyond this
    machine: whoever could connect would read every span.
    """
    if not host:
        return [address for address in LOOPBACK if _can_use(address)] or [LOOPBACK[0]]
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ThreadlineError(
            "unknown_host",
            f"--host {host!r} is no address of this machine: {error.strerror or error}",
            hint="leave --host out to listen on loopback",
        ) from error
    result = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(ipaddress.ip_address(address).is_loopback for address in result):
        raise ThreadlineError(
            "beyond_loopback",
            f"--host {host!r} would let other machines read every span, since this server "
            "asks nobody for a key",
            hint="leave --host out, and reach it from elsewhere through an SSH tunnel, or through "
            "a reverse proxy on this machine that asks who is there, with --trust-proxy",
            status=403,
        )
    return [address for address in result if _can_use(address)] or result


def in_use(port_flag: str, address: str, port: int, error: OSError) -> ThreadlineError:
    """The error for a port that cannot be had."""
    if error.errno == errno.EADDRINUSE:
        return ThreadlineError(
            "port_in_use",
            f"port {port} on {address} is in use by another program",
            hint=f"choose another: threadline serve {port_flag} {port + 1 if port < 65535 else 0}",
        )
    return ThreadlineError(
        "cannot_listen",
        f"cannot listen on {address} port {port}: {error.strerror or error}",
        hint=f"choose another with {port_flag}",
    )


def _bound(address: str, port: int) -> socket.socket:
    listener = _unbound(address)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if listener.family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address, port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _bound_all(hosts: list[str], port: int, port_flag: str) -> list[socket.socket]:
    listeners: list[socket.socket] = []
    for address in hosts:
        wanted = port or (listeners[0].getsockname()[1] if listeners else 0)
        try:
            listeners.append(_bound(address, wanted))
        except OSError as error:
            for listener in listeners:
                listener.close()
            raise in_use(port_flag, address, wanted, error) from error
    return listeners


def bind(hosts: list[str], port: int, port_flag: str) -> list[socket.socket]:
    """Listening sockets with one port on every address; port 0 picks one that is free on all.

    Raises ThreadlineError where the port is taken.
    """
    for _ in range(TRIES_FOR_ONE_PORT_ON_ALL if port == 0 else 0):
        try:
            return _bound_all(hosts, 0, port_flag)
        except ThreadlineError:
            continue
    return _bound_all(hosts, port, port_flag)


def with_port(address: str, port: int) -> str:
    """Address and port as a URL writes them: IPv6 in brackets."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
