/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Feeds a target with files and with what lies in folders: the corpus as an ordinary test,
 * where there is no libFuzzer. */

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "target.h"

static _Noreturn void give_up(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	exit(2);
}

/* In memory of just its size: a sanitizer sees a step over its end. */
static void replay_file(const char *path, size_t size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(size);
	if (file == NULL || (data == NULL && size != 0) ||
		fread(data, 1, size, file) != size) {
		give_up(path);
	}
	fclose(file);
	(void)LLVMFuzzerTestOneInput(data, size);
	free(data);
}

static unsigned replay(const char *path);

static unsigned replay_folder(const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);
	if (count < 0) {
		give_up(path);
	}
	unsigned files = 0;
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.') {
			char inner[4096];
			snprintf(inner, sizeof(inner), "%s/%s", path, entries[i]->d_name);
			files += replay(inner);
		}
		free(entries[i]);
	}
	free(entries);
	return files;
}

static unsigned replay(const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0) {
		give_up(path);
	}
	if (S_ISDIR(status.st_mode)) {
		return replay_folder(path);
	}
	fprintf(stderr, "%s\n", path); /* the last one named is the one that failed */
	replay_file(path, (size_t)status.st_size);
	return 1;
}

int main(int argc, char **argv)
{
	unsigned files = 0;
	for (int i = 1; i < argc; i++) {
		files += replay(argv[i]);
	}
	fprintf(stderr, "%u inputs\n", files);
	return files != 0 ? 0 : 2; /* a test of nothing proves nothing */
}
