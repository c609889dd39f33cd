/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is valid in dance-front.conf and yet unsafe: which users can read the files that it
 * names, and who can reach the servers. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "conf/conf.h"
#include "findings.h"

/* Finds private keys that users other than the owner and group can access. Returns the
 * number of findings. */
size_t audit_keys(const struct conf *conf, findings_say *say);

/* Finds upstream servers on other hosts that are told who the client is: so can anybody tell them
 * who can reach them. */
size_t audit_headers(const struct conf *conf, findings_say *say);

/* Both, and servers that every user can take the place of. If we are root, tests in child processes
 * what other users can do: finds files, including the configuration at `path`, that the service's
 * user cannot read, and upstream servers that every user can connect to. */
size_t audit(const struct conf *conf, const char *path, findings_say *say);

/* If we are root, becomes the user that the service will run as, if that is known: a store is to be
 * opened by nobody else. False with a sentence in `error`. */
bool audit_become_user(const struct conf *conf, char error[CONF_ERROR_SIZE]);
