/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A pump between two socket pairs. The test is both far ends, and the loop too: nothing happens but
 * when it has the pump run. */

#pragma once

#include "check.h"
#include "pump.h"

#include <openssl/err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define IDLE_MS 60000
#define ROOM 65536      /* of the pump, each way */
#define TURN (4 * ROOM) /* so much one way, before others have their turn */
#define PATIENCE_MS 20000

extern struct pump pump;
extern struct pump_wait waiting;
extern struct buffers buffers;
extern struct stream client, server; /* near ends */
extern bool goes_on;
extern int far_client, far_server;
extern SSL *far_ssl; /* on the client's; NULL: plain */

/* What stands in front of the kernel and of libraries. */
extern long later_s;                    /* so much is the clock ahead */
extern unsigned reads, writes, records; /* so often that was called */
extern size_t room;                     /* for so many octets that are sent */
extern int full;                        /* errno where there is none */
extern bool no_memory;

ssize_t __real_recv(int fd, void *data, size_t size, int flags);
ssize_t __real_send(int fd, const void *data, size_t size, int flags);

/* For all tests of a program. */
int make_keys(void **state);
int clear_keys(void **state);

void begin(bool secure);
void end_pump(void);

/* Once, if there is something that it waits for. Does it go on? */
bool turn(bool *nothing);

/* Until it waits for what is still to come, or is over. */
bool run(void);

/* It is over, and so; ends the scene. */
void expect_end(enum pump_outcome outcome);

/* What the far ends say, as much as goes, and hear. */
size_t client_says(const void *data, size_t size);
size_t client_hears(void *data, size_t size);
size_t server_says(const void *data, size_t size);
size_t server_hears(void *data, size_t size);
void expect_at_server(const char *text);
void expect_at_client(const char *text);

/* Each octet differs from what was at its place before. */
uint8_t octet_at(size_t at);

/* What one end says and the other one hears. */
struct flood {
	size_t said, heard, size;
};

void say_more(struct flood *flood, size_t (*say)(const void *, size_t));
void hear_more(struct flood *flood, size_t (*hear)(void *, size_t));

/* Says until nothing more is taken; how much that was. */
size_t fill(struct flood *flood, size_t (*say)(const void *, size_t));
