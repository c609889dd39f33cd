/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A file as octets. Knows nothing of what is in it. */

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *fill(int fd, unsigned char *buffer, size_t room, size_t *size)
{
	*size = 0;
	for (;;) {
		ssize_t count = read(fd, buffer + *size, room - *size);
		if (count < 0 && errno == EINTR) {
			continue;
		}
		if (count < 0) {
			return strerror(errno);
		}
		if (count == 0) {
			return *size == 0 ? "it is empty" : NULL;
		}
		*size += (size_t)count;
		if (*size == room) {
			return "it is larger than 1 MiB";
		}
	}
}

bool file_read(const char *path, struct dance_octets *content, const char **why)
{
	*content = (struct dance_octets){ NULL, 0 };
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		*why = strerror(errno);
		return false;
	}
	size_t size = 0;
	unsigned char *buffer = malloc(FILE_SIZE_MAX + 1);
	*why = buffer == NULL ? strerror(ENOMEM) :
				fill(fd, buffer, FILE_SIZE_MAX + 1, &size);
	if (!standard) {
		close(fd);
	}
	*content = (struct dance_octets){ buffer, size };
	if (*why != NULL) {
		file_clear(content);
		return false;
	}
	return true;
}

void file_clear(struct dance_octets *content)
{
	/* It is ours: what file_read() allocated. */
	void *data = (void *)(uintptr_t)content->data;
	if (data != NULL) {
		explicit_bzero(data, content->size);
	}
	free(data);
	*content = (struct dance_octets){ NULL, 0 };
}

const char *file_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}
