/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Files for dance-front that are read and must be right. */

#pragma once

#include "check.h"
#include "conf/conf.h"
#include "conf_file.h"

#define IDENTITY \
	"identity:\n" \
	"  - id: ns2\n" \
	"    name: ns2.example.net\n" \
	"    address: 192.0.2.2\n"
#define FRONT \
	"front:\n" \
	"  - id: xot\n" \
	"    listen: 192.0.2.1\n" \
	"    key-file: front.pem\n" \
	"    server: 127.0.0.1@5310\n"
#define CLIENT \
	"client:\n" \
	"  - id: primary\n" \
	"    listen: 127.0.0.1@5853\n" \
	"    primary: 192.0.2.1\n" \
	"    name: ns1.example.com\n" \
	"    key-file: client.pem\n"

/* It is right. */
struct conf *parse(const char *text);

void check_v4(const struct address *address, const char *host, unsigned port);
void check_v6(const struct address *address, const char *host, unsigned port);

#define STREAM \
	"identity:\n  - id: device\n    name: \"*._device.example.org\"\n" \
	"front:\n" \
	"  - id: mqtt\n" \
	"    mode: stream\n" \
	"    listen: [ 192.0.2.1@8883, 2001:db8::1@443 ]\n" \
	"    key-file: key.pem\n" \
	"    server: /run/dance-mqtt/broker.sock\n"
