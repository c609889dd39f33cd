# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Devices: Mosquitto's clients with a certificate, and what is made by hand where these do not show
# enough, a connection on which MQTT or HTTP is spoken. Each shows what it is told to.

import os
import socket
import ssl
import struct
import subprocess

from process import Process, run

SERVER = "mqtt.example.org"
MQTT, HTTPS = 8883, 443
CONNACK, PUBLISH = 2, 3
PATIENCE = 40  # seconds, for what takes as long as the TTL


def _setup(hosts):
    """Runs what follows where the names of servers lead to loopback."""
    return ["unshare", "--mount", "--propagation", "unchanged", "sh", "-c",
            'mount --bind "$1" /etc/hosts && shift && exec "$@"', "device", hosts]


class Mosquitto:
    """Mosquitto's clients as one device."""

    def __init__(self, folder, certificate, server, address):
        """certificate: its own, or None; server: the one that it verifies; address: where
        the server is."""
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        self.made = 0
        self.hosts = os.path.join(folder, "hosts")
        with open(self.hosts, "w", encoding="ascii") as file:
            file.write(f"{address} {SERVER}\n")
        self.options = ["-h", SERVER, "-p", str(MQTT), "--cafile", server.path]
        if certificate:
            self.options += ["--cert", certificate.path, "--key", certificate.key.path]

    def run(self, program, *words, stdin=None):
        """One of these programs, to its end."""
        return run(*_setup(self.hosts), program, *self.options, *words, check=False,
                   stdin=stdin)

    def script(self, path, *words, stdin=None):
        """A script, where the server's name leads to it."""
        return run(*_setup(self.hosts), "sh", path, *words, check=False, stdin=stdin)

    def publish(self, topic, text, *words):
        """'published', or what the client says and its status."""
        done = self.run("mosquitto_pub", "-q", "1", "-t", topic, "-m", text, *words)
        said = done.stdout.strip()
        return f"{done.returncode}: {said}" if done.returncode or said else "published"

    def subscribe(self, topic, *words):
        """A subscriber that runs on; its log has a line for each message."""
        return self._subscriber("mosquitto_sub", *self.options, "-v", "-t", topic, *words)

    def long_script(self, path, *words):
        """A script that subscribes, and runs on."""
        return self._subscriber("sh", path, *words)

    def _subscriber(self, *command):
        self.made += 1
        return Subscriber(os.path.join(self.folder, f"subscriber{self.made}.log"),
                          [*_setup(self.hosts), *command])


class Subscriber:
    def __init__(self, log, command):
        self.name = "mosquitto_sub"
        self.process = Process(self.name, command, log)
        self.lines = self.process.lines
        self.wait_for = self.process.wait_for

    def start(self):
        self.process.start()
        return self

    def stop(self):
        self.process.stop()  # however it ends when it is told to, is well


# --- by hand -----------------------------------------------------------------------------

def _string(text):
    return struct.pack("!H", len(text)) + text.encode("ascii")


def _packet(kind, flags, body):
    length, digits = len(body), b""
    while length > 127:
        digits += bytes([length & 127 | 128])
        length >>= 7
    return bytes([kind << 4 | flags]) + digits + bytes([length]) + body


def connect_packet(client_id="", user=None, keep_alive=600):
    """CONNECT of MQTT 3.1.1, for a new session."""
    flags = 0x02 | (0x80 if user else 0)
    body = _string("MQTT") + bytes([4, flags]) + struct.pack("!H", keep_alive)
    return _packet(1, 0, body + _string(client_id) + (_string(user) if user else b""))


def publish_packet(topic, text):
    """PUBLISH that is not to be acknowledged."""
    return _packet(PUBLISH, 0, _string(topic) + text.encode("ascii"))


def reason(error):
    """What ended a connection, as 'alert NAME' or 'closed'; or 'silent' if nothing did."""
    if isinstance(error, TimeoutError):
        return "silent"
    if isinstance(error, ssl.SSLError) and "ALERT" in (error.reason or ""):
        return "alert " + error.reason.split("ALERT_")[1].lower().replace("_", " ")
    return "closed"


class Connection:
    """A TLS connection as a device makes it."""

    def __init__(self, address, port, certificate=None, newest=ssl.TLSVersion.TLSv1_3,
                 alpn=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.maximum_version = newest
        if alpn:
            context.set_alpn_protocols(alpn)
        if certificate:
            context.load_cert_chain(certificate.path, certificate.key.path)
        plain = socket.create_connection((address, port), PATIENCE)
        self.port = plain.getsockname()[1]
        try:
            self.connection = context.wrap_socket(plain)
        except OSError:
            plain.close()
            raise
        self.data = b""

    def put(self, data):
        self.connection.sendall(data)

    def take(self, count):
        """So many octets, or as many as there are until the end."""
        while len(self.data) < count:
            part = self.connection.recv(65536)
            if not part:
                break
            self.data += part
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def mqtt(self, client_id="", **how):
        """Says CONNECT; 'connected', or what came instead."""
        self.put(connect_packet(client_id, **how))
        answer = self.take(4)
        if len(answer) < 4 or answer[0] >> 4 != CONNACK:
            return "closed"
        return "connected" if answer[3] == 0 else f"refused with {answer[3]}"

    def ended(self):
        """Waits for the end of the connection; returns what ended it."""
        try:
            while self.connection.recv(65536):
                pass
        except OSError as error:
            return reason(error)
        return "closed"

    def leave(self):
        """Says that nothing more comes, as a client does that ends well."""
        self.connection.settimeout(5)
        try:
            self.connection.unwrap()
        except OSError:
            pass  # the other side may not wait for that

    def close(self):
        self.connection.close()


def http(address, method, path, body="", certificate=None, port=HTTPS, **how):
    """(the status, or how the connection ended; the body)."""
    try:
        connection = Connection(address, port, certificate, **how)
    except OSError as error:
        return reason(error), ""
    try:
        return request(connection, method, path, body, last=True)
    except OSError as error:
        return reason(error), ""
    finally:
        connection.close()


def request(connection, method, path, body="", last=False):
    """One of perhaps several on a connection."""
    connection.put((f"{method} {path} HTTP/1.1\r\nHost: devices.example.org\r\n"
                    f"{'Connection: close' if last else 'X-More: yes'}\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n{body}").encode("ascii"))
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        octet = connection.take(1)
        if not octet:
            return "closed", ""
        head += octet
    lines = head.decode("ascii").lower().split("\r\n")
    lengths = [int(line.split(":")[1]) for line in lines if line.startswith("content-length:")]
    text = connection.take(lengths[0]).decode("ascii") if lengths else ""
    return lines[0].split()[1], text


def raw_key(address, certificate, data, port=MQTT):
    """What comes back from openssl s_client, which shows the bare key of a certificate."""
    command = ["openssl", "s_client", "-quiet", "-connect", f"{address}:{port}",
               "-enable_client_rpk", "-cert", certificate.path,
               "-key", certificate.key.path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as child:
        try:
            child.stdin.write(data)
            child.stdin.flush()
            return child.stdout.read(4)
        except OSError:
            return b""
        finally:
            child.terminate()
