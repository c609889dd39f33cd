/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Files that are there whole or not at all. Each function ends when the folder is on the disk as
 * well. Knows nothing of what is in the files. */

#include "roll_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "reason.h"

static bool fail(char why[DANCE_ERROR_SIZE], const char *what, const char *path)
{
	return reason_say(why, "cannot %s %.150s: %s", what, path, strerror(errno));
}

bool roll_file_path(char path[ROLL_PATH_SIZE], const char *start, const char *end,
	char why[DANCE_ERROR_SIZE])
{
	size_t size = (size_t)snprintf(path, ROLL_PATH_SIZE, "%s%s", start, end);
	return size < ROLL_PATH_SIZE ||
		reason_say(why, "the path %.80s... is too long", start);
}

static bool sync_folder(const char *path, char why[DANCE_ERROR_SIZE])
{
	char folder[ROLL_PATH_SIZE];
	if (!roll_file_path(folder, path, "", why)) {
		return false;
	}
	char *slash = strrchr(folder, '/');
	if (slash != NULL) {
		slash[1] = '\0';
	} else {
		strcpy(folder, ".");
	}
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = fd >= 0 && fsync(fd) == 0;
	int error = errno;
	if (fd >= 0) {
		close(fd);
	}
	errno = error;
	return done || fail(why, "write folder", folder);
}

static bool write_all(int fd, struct dance_octets content)
{
	while (content.size > 0) {
		ssize_t count = write(fd, content.data, content.size);
		if (count < 0 && errno == EINTR) {
			continue;
		}
		if (count < 0) {
			return false;
		}
		content.data += count;
		content.size -= (size_t)count;
	}
	return true;
}

static bool set_owner(int fd, const struct stat *like)
{
	struct stat now;
	if (like == NULL) {
		return true;
	}
	if (fstat(fd, &now) != 0) {
		return false;
	}
	if ((now.st_uid != like->st_uid || now.st_gid != like->st_gid) &&
		fchown(fd, like->st_uid, like->st_gid) != 0) {
		return false;
	}
	return fchmod(fd, like->st_mode & 07777) == 0;
}

bool roll_file_write(const char *path, struct dance_octets content, const struct stat *like,
	char why[DANCE_ERROR_SIZE])
{
	char made[ROLL_PATH_SIZE];
	if (!roll_file_path(made, path, ".tmp", why)) {
		return false;
	}
	/* What a run that was killed has left there may be of another mode. */
	(void)unlink(made);
	int fd = open(made, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		return fail(why, "create", made);
	}
	bool written = write_all(fd, content) && set_owner(fd, like) && fsync(fd) == 0;
	int error = errno;
	close(fd);
	errno = error;
	if (!written || rename(made, path) != 0) {
		(void)fail(why, "write", path);
		(void)unlink(made);
		return false;
	}
	return sync_folder(path, why);
}

bool roll_file_link(const char *path, const char *second, char why[DANCE_ERROR_SIZE])
{
	if ((unlink(second) != 0 && errno != ENOENT) || link(path, second) != 0) {
		return fail(why, "create", second);
	}
	return sync_folder(second, why);
}

bool roll_file_rename(const char *path, const char *to, char why[DANCE_ERROR_SIZE])
{
	if (rename(path, to) != 0) {
		return fail(why, "replace", to);
	}
	return sync_folder(to, why);
}

bool roll_file_remove(const char *path, char why[DANCE_ERROR_SIZE])
{
	if (unlink(path) != 0) {
		return errno == ENOENT || fail(why, "remove", path);
	}
	return sync_folder(path, why);
}

bool roll_file_exists(const char *path)
{
	struct stat found;
	return stat(path, &found) == 0;
}
