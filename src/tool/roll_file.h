/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Files that are there whole or not at all, whenever the program or the machine ends. */

#pragma once

#include <stdbool.h>
#include <sys/stat.h>

#include "dance.h"

#define ROLL_PATH_SIZE 4096

/* "PATH" and an ending. False, with a reason in `why`, if it is too long. */
bool roll_file_path(char path[ROLL_PATH_SIZE], const char *start, const char *end,
	char why[DANCE_ERROR_SIZE]);

/* Puts a file in the place of what is there: it is written beside it, on the disk, before it
 * gets its name. It has owner, group and mode of `like`, or if that is NULL our own and 0600; at no
 * time can others read it. False with a reason. */
bool roll_file_write(const char *path, struct dance_octets content, const struct stat *like,
	char why[DANCE_ERROR_SIZE]);

/* Gives a file a second name, in the place of what has this name. False with a reason. */
bool roll_file_link(const char *path, const char *second, char why[DANCE_ERROR_SIZE]);

/* Gives a file another name in the same folder, in the place of what has that. */
bool roll_file_rename(const char *path, const char *to, char why[DANCE_ERROR_SIZE]);

/* Removes a name; that there is none is fine. */
bool roll_file_remove(const char *path, char why[DANCE_ERROR_SIZE]);

bool roll_file_exists(const char *path);
