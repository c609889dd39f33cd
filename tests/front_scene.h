/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-front's runtime in force over the fake resolver, connections that a mode serves on a
 * loop, and loopback sockets for the far ends. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "connection.h"
#include "dns_writer.h"
#include "make_certificate.h"

#define PATIENCE_S 20
#define TTL 60

/* The key that fronts and clients of the configuration have, and two others. */
extern struct credential front_scene_host, front_scene_mine, front_scene_other;

/* For cmocka: around all tests, and around each. */
int front_scene_make(void **state);
int front_scene_clear(void **state);
int front_scene_begin(void **state);
int front_scene_end(void **state);

/* The path of the file with the first key. */
const char *front_scene_key_file(void);

/* Puts the settings of this text in force, as a reload does. Returns when their lookups
 * are done or held. The settings are also those of front_scene_runtime(). */
void front_scene_install(const char *text);
struct runtime *front_scene_runtime(void);

/* --- sockets. Reading and accepting end the test if there is nothing for PATIENCE_S. --- */

/* Listens, or with `type` SOCK_DGRAM is bound, on 127.0.0.1. */
int loopback_socket(int type, uint16_t *port);
int loopback_connect(uint16_t port);
int loopback_accept(int listener);
void be_patient(int fd);

/* A TCP or UNIX socket pair. */
void socket_pair(int *near, int *far);

void put_message(int fd, const struct dns_message *message);

/* Its size. */
size_t get_message(int fd, uint8_t octets[65535]);

/* The far end has closed it. */
void expect_closed(int fd);

/* --- connections --- */

/* Serves a socket as one that a listener of the section `front`, or `client`, of this id has
 * accepted from 127.0.0.1. */
void serve(void (*mode)(struct connection *connection), int fd, bool of_client,
	const char *id);

/* Waits until one of those that were served is over. */
void await_served(void);

/* Sends all of them away, and waits until they have left, by a real clock: with fake_clock.h
 * limits_close_all() itself waits for a moment only. */
void expect_all_to_leave(void);
