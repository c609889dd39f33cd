/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Lists of clients over scene.h's DNS: three clients whose records stand there, and a stranger. */

#pragma once

#include "check.h"
#include "fixture.h"
#include "scene.h"

static struct credential one, two, three, stranger;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &one, { .key = KEY_P256 } },
	{ &two, { .key = KEY_ED25519 } },
	{ &three, { .key = KEY_ED25519 } },
	{ &stranger, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

#define LIST "@clients.example"
#define OTHER "@more.example"

static inline void publish_all(void)
{
	publish("ns1.example", 3600, &one);
	publish("ns2.example", 3600, &two);
	publish("ns3.example", 3600, &three);
}

static inline struct dance_roster *roster_of_list(const char *names)
{
	publish_all();
	publish_list(LIST, 400, names);
	return roster_of(LIST, NULL);
}
