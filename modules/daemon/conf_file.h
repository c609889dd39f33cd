/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The text of a configuration file. */

#pragma once

#include <stddef.h>

#include "conf_error.h"

#define CONF_SIZE_MAX (1024 * 1024) /* octets of a file */

/* Begins to read `text_size` octets of text: a struct conf of `size` octets, all zero, and no
 * error. The caller frees it. NULL with a sentence if the text is too large, or when out of
 * memory. */
void *conf_file_begin(size_t size, size_t text_size, const struct conf_error *error);

/* Reads it; of a file that is too large, one octet more than it may have. The caller frees the
 * text. NULL with a sentence. */
char *conf_file_read(const char *path, size_t *size, const struct conf_error *error);
