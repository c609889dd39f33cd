/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Files for dance-front that are wrong, and the sentence that says so. */

#pragma once

#include "check.h"
#include "conf/conf.h"

#include <stddef.h>

#define IDENTITY \
	"identity:\n" \
	"  - id: ns2\n" \
	"    name: ns2.example.net\n" \
	"    address: 192.0.2.2\n"
#define FRONT_LISTENS "    listen: 192.0.2.1\n"
#define FRONT_KEY "    key-file: k\n"
#define FRONT_SERVES "    server: 127.0.0.1@5310\n"
#define FRONT IDENTITY "front:\n  - id: xot\n" FRONT_LISTENS FRONT_KEY FRONT_SERVES
#define CLIENT_LISTENS "    listen: 127.0.0.1@5853\n"
#define CLIENT_ASKS "    primary: 192.0.2.1\n"
#define CLIENT_NAMES "    name: ns1.example.com\n"
#define CLIENT_KEY "    key-file: k\n"
#define CLIENT_OF(listens, asks, names) "client:\n  - id: p\n" listens asks names CLIENT_KEY
#define CLIENT CLIENT_OF(CLIENT_LISTENS, CLIENT_ASKS, CLIENT_NAMES)
#define LABEL_63 "a23456789-123456789-123456789-123456789-123456789-123456789-123"

#define NO_LINE \
	"this line cannot be read; it must be 'section:', '- id: value' or " \
	"'item: value'"
#define NO_COLON "this is neither 'section:' nor 'item: value'"

/* What is wrong, and what is said of it. */
struct row {
	const char *text;
	const char *sentence;
};

void check_sentence(const char *file, const char *text, size_t size, const char *sentence);
void check_rows(const struct row *rows, size_t count);

#define SECOND_FRONT(id, listen, server) \
	"  - id: " id "\n    listen: " listen "\n    key-file: k\n    server: " server "\n"
