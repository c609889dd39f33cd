/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A file as octets. */

#pragma once

#include "dance.h"

/* No file of certificates or keys is larger. */
#define FILE_SIZE_MAX (1024 * 1024)

/* Reads a file whole, or standard input if `path` is "-". The caller clears `content`.
 * False, with the reason in *why, if it cannot be read, is empty or too large. */
bool file_read(const char *path, struct dance_octets *content, const char **why);

/* Forgets what was read, which may have been a private key. */
void file_clear(struct dance_octets *content);

/* How a path is called in a message. */
const char *file_name(const char *path);
