/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The way to the upstream server of a front, of which the test is the far end. */

#pragma once

#include "check.h"
#include "front_scene.h"
#include "upstream.h"

extern int64_t later_ms; /* the clock is ahead */
extern bool stays_connecting, fail_connecting;

extern struct front *front;
extern struct connection *connection;
extern struct stream server;
extern struct relay_preface preface;
extern struct relay_wait waiting;
extern struct upstream_link way;
extern struct loop_call wake;
extern struct upstream_request request;
extern const char *why;

/* A front with this in its section, and a client's connection. */
void begin_front(const char *more);

/* A stream's, with this server. */
void begin_stream(const char *at, const char *more);

/* Once. */
enum relay_link ask(unsigned most, unsigned patience_ms);

/* As its owner does, which looks again when it has waited. */
const char *reach(unsigned most, unsigned patience_ms);

void finish(void);

/* As a call that nobody awaits. */
void leave_alone(void *arg);
