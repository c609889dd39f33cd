/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A connection of a mail server to dance-ask, over scene.h's DNS: a Postfix that asks section
 * "relay", which permits "mta.example", and "_dane.HELO" below "sub.example". One host at a time.
 * There is a section "exim" too, of dialect line, which permits "mta.example". */

#pragma once

#include "make_certificate.h"

#include <stdbool.h>

/* Our end of the connection. */
extern int session_host;

/* Puts a configuration in force: this, and the section. */
void session_put_in_force(const char *more);

/* What session_start() says; of section "relay", or of section "exim", whose dialect is line. */
bool session_connect(void);
bool session_connect_to(const char *id);

/* Closes our end, and returns when the connection has gone. */
void session_hang_up(void);

void session_put(const char *text);

/* What is answered, up to an empty line; "" if the connection ends. */
const char *session_answered(void);

/* The same up to the end of a line. */
const char *session_answered_line(void);

/* A question about a client with this certificate, or without one (NULL), and more attributes,
 * with a newline behind each. */
const char *session_question(const struct credential *certificate, const char *more);
