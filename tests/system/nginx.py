# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# An nginx that serves what a file of conf.d says, and what its log says of requests. It does not
# know who asks.

import os
import socket

from process import Failed, eventually
from samples import placed
from server import Server

MAIN = """daemon off;
user root;
worker_processes 1;
pid {folder}/pid;
error_log stderr info;
events {{
}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/devices.conf;
}}
"""


class SampleNginx(Server):
    def __init__(self, folder, world, between):
        super().__init__("nginx", folder, None, [
            "nginx", "-c", os.path.join(folder, "nginx.conf"), "-e", "stderr"])
        self.socket = os.path.join(between, "nginx.sock")
        self.text = placed("nginx.conf", folder, world, between)

    def start(self):
        self.put("nginx.conf", MAIN.format(folder=self.folder))
        self.put("devices.conf", self.text)
        os.makedirs(self.path("devices"), exist_ok=True)
        self.process.start()
        eventually(self._listens, what="nginx takes connections")
        return self

    def _listens(self):
        if not self.process.running:
            raise Failed(f"nginx is not running: {self.tail(3)}")
        try:
            self.speak(b"").close()
        except OSError:
            return False
        return True

    def speak(self, data):
        """A connection to its socket, past dance-front, on which this is sent first."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        try:
            connection.connect(self.socket)
            connection.sendall(data)
        except OSError:
            connection.close()
            raise
        return connection

    def requests(self):
        """Its own log of requests, line by line."""
        try:
            with open(self.path("devices.log"), encoding="ascii") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []
