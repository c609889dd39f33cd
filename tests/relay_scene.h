/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A relay between socket pairs, at work in a thread of its own: the test is the client and the
 * servers. What passes it knows the test. */

#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "relay.h"

#define PATIENCE_S 10

/* One relay at work, and the far ends of its sockets. */
extern struct scene {
	struct relay relay;
	struct buffers buffers;
	pthread_t thread;
	enum relay_outcome outcome;
	struct stream near_client;
	int client;
	int servers[2]; /* far ends of what is connected, in this order */
	int near[2];
	unsigned connected;
	atomic_uint undecided;     /* so often it is not decided yet, */
	atomic_uint late;          /* or not connected yet */
	atomic_bool holds;         /* it has buffers while it waits */
	atomic_uint waits, yields; /* of the relay: for something, and for others' sake */
	bool next;                 /* the query is not for the server that is connected */
	unsigned decisions, passed, failures;
	unsigned answers, rests, leaves; /* how often the relay said so */
} scene;

/* The first octet of a message says what is decided: 'p' passes, 'n' passes to the next
 * server, 'a' is answered with "no", 'l' as well and is the last, 'L' is the last without
 * an answer, all else closes. */
void begin(unsigned idle_ms, unsigned answer_ms, int64_t deadline_ms);
void begin_patiently(void);
void begin_restful(unsigned rest_ms);

/* Patiently; the first server has got "pass", and has not answered it. */
void begin_with_a_query(void);

/* It ends, and so. */
void expect_end(enum relay_outcome outcome);

/* Closes the far ends, after the thread has ended. */
void close_scene(void);

void say_octets(int fd, const void *octets, size_t size);
void say(int fd, const char *text); /* with its length before it */
void hear_octets(int fd, void *octets, size_t size);
void hear(int fd, const char *text);
void hear_preface(int fd);
void hear_end(int fd);
void hang_up(int fd);
