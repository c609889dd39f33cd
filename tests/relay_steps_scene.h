/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A relay that the test itself runs, step by step, in one thread and by a clock of the test. The
 * test says what its hooks answer, and hears what they were asked. The server's socket is number
 * 0, which is a number like others. Link with --wrap=monotonic_ms. A relay that works in a thread
 * of its own is in relay_scene.h. */

#pragma once

#include "check.h"
#include "relay.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BEGIN 1000000
#define IDLE 60000
#define ANSWER 30000
#define NEVER INT64_MAX

#define QUERY_SIZE 30
#define ANSWER_SIZE 68

extern int64_t now;
extern struct relay relay;
extern struct stream client;
extern struct relay_wait wanted;
extern struct counter answer_octets;
extern int far_client, far_server;
extern char journal[512]; /* what the relay has told, or asked */
extern enum relay_decision decision;
extern enum relay_link link_is; /* what becomes of the connection to the server */
extern bool takes_on;           /* the connection that is there may be used again */
extern bool answers_nothing;    /* where the server has failed */
extern int server_fd;           /* to be connected */

int begin_scene(void **state);
int end_scene(void **state);

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin_scene, end_scene)

/* Begins the relay anew, with these times. */
void begin_with(const struct relay_times *times);

/* A query is with the server; or was, and is answered. */
void begin_with_a_query(void);
void begin_with_an_answer(void);

void pair(int *near, int *away);

/* What the far ends say. */
void say(int fd, const void *data, size_t size);
void ask(uint16_t id);
void server_answers(uint16_t id);

/* The relay has done what can be done, and waits for these events, so many milliseconds. */
void expect_wait(short of_client, short of_server, int64_t ms);
void expect_over(enum relay_outcome outcome);

/* What has been told since the last look. */
void expect_told(const char *what);

/* So many octets wait there, and no more. */
void expect_octets(int fd, size_t size);

/* The client has got this, which is not the server's. */
void expect_ours(const char *text);
