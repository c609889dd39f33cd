# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A validating resolver, unbound, that starts from the world's root: judge of the world
# itself, and a forwarder for those who are told to use one.

import os

from process import Process, run

ADDRESS = "127.0.1.2"


class Unbound:
    def __init__(self, folder, world, address=ADDRESS, server="", more="",
                 anchor="trust-anchor-file"):
        """server: further lines for server:; more: further sections; anchor: the option
        that names the world's trust anchor."""
        os.makedirs(folder)
        self.name = "unbound"
        self.address = address
        path = os.path.join(folder, "unbound.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(f"""server:
    interface: {address}
    access-control: 127.0.0.0/8 allow
    do-not-query-localhost: no
    username: ""
    chroot: ""
    directory: "{folder}"
    pidfile: "{folder}/pid"
    use-syslog: no
    root-hints: "{world.root_hints}"
    {anchor}: "{world.trust_anchor}"
{server}
remote-control:
    control-enable: no
{more}
""")
        log = os.path.join(folder, "log")
        self.process = Process("unbound", ["unbound", "-d", "-p", "-c", path], log)

    def start(self):
        self.process.start()
        self.process.wait_for("start of service")
        return self

    def stop(self):
        return self.process.stop()

    def ask(self, name, kind):
        """The rcode, and whether the answer is said to be secure (the AD bit)."""
        text = run("kdig", f"@{self.address}", "+dnssec", "+retry=0", "+timeout=3", name,
                   kind, check=False).stdout
        if "status: " not in text:
            return "no answer"
        rcode = text.split("status: ")[1].split(";")[0]
        flags = text.split("Flags: ")[1].split(";")[0].split()
        return f"{rcode}, secure" if "ad" in flags else rcode
