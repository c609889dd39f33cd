/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The real resolver and a DNS of our own on loopback (responder.h), for one test at a time. Its
 * clock is the test's; libunbound's is not. */

#pragma once

#include "resolver.h"
#include "responder.h"

/* The newest answer. */
struct told {
	unsigned count;
	void *subject;
	enum resolver_outcome outcome;
	uint32_t ttl;
	size_t record_count, broken;
	struct dance_tlsa first;
	unsigned char data[64];
	char why[DANCE_ERROR_SIZE];
};
extern struct told told;

extern struct responder *responder;
extern char anchor[];             /* a file, with the responder's key before each test */
extern struct resolver *resolver; /* that starts from there and asks the responder */
extern unsigned char digest[300][32];
extern struct dance_tlsa records[300]; /* 3 1 1, each with its digest */

/* For cmocka, around all tests and around each. */
int resolver_scene_make(void **state);
int resolver_scene_clear(void **state);
int resolver_scene_begin(void **state);
int resolver_scene_end(void **state);

/* Aborts if it cannot. */
void write_anchor(const char *text);
struct resolver *resolver_with(const char *trust_anchor, const char *root_hints,
	const char *forwarder);

/* Starts a lookup; returns the generation asked. */
uint32_t start(const char *name, uint32_t past);

/* The same, and waits for the answer. */
uint32_t ask_past(const char *name, uint32_t past);
enum resolver_outcome ask(const char *name);

/* Nothing can be looked up; the reason holds this. */
void check_impossible(struct resolver *with, const char *part);
