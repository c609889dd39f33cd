/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A roll with a DNS and a clock of its own. What must hold at any moment is checked whenever the
 * program takes a key and whenever a record changes. */

#include "roll_scene.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../check.h"
#include "dance.h"
#include "roll_certificate.h"
#include "roll_file.h"
#include "roll_pair.h"
#include "file.h"

struct scene *scene;
struct roll_key scene_key;
struct roll scene_roll;
char scene_news[4096];

static char key_path[128], certificate_path[128];
static char name[] = "ns2.example.net", zone[] = "example.net", id[] = "ns2";

/* --- killing ------------------------------------------------------------------------------ */

/* Is it now? At an odd number before the call does its work, at an even one after it. */
static void maybe_killed(bool after)
{
	if (scene == NULL || scene->kill_at == 0) {
		return;
	}
	if (!after) {
		scene->calls++;
	}
	if (scene->calls == scene->kill_at && scene->kill_after == after) {
		scene->kill_at = 0;
		_exit(SCENE_KILLED);
	}
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
	maybe_killed(false);
	int result = __real_rename(from, to);
	maybe_killed(true);
	return result;
}

int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to)
{
	maybe_killed(false);
	int result = __real_link(from, to);
	maybe_killed(true);
	return result;
}

int __real_unlink(const char *path);
int __wrap_unlink(const char *path);
int __wrap_unlink(const char *path)
{
	maybe_killed(false);
	int result = __real_unlink(path);
	maybe_killed(true);
	return result;
}

/* Half of it is written when the process is killed. */
ssize_t __real_write(int fd, const void *octets, size_t size);
ssize_t __wrap_write(int fd, const void *octets, size_t size);
ssize_t __wrap_write(int fd, const void *octets, size_t size)
{
	if (scene != NULL && scene->kill_at == scene->calls + 1 && scene->kill_after) {
		(void)!__real_write(fd, octets, size / 2);
		scene->kill_at = 0;
		_exit(SCENE_KILLED);
	}
	maybe_killed(false);
	return __real_write(fd, octets, size);
}

/* The disk of a test need not last. */
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	(void)fd;
	maybe_killed(false);
	maybe_killed(true);
	return 0;
}

/* --- DNS ---------------------------------------------------------------------------------- */

static struct scene_record *find(const char *digest, bool make)
{
	for (size_t i = 0; i < SCENE_RECORDS; i++) {
		struct scene_record *record = &scene->records[i];
		if (make && record->digest[0] == '\0') {
			snprintf(record->digest, sizeof(record->digest), "%s", digest);
		}
		if (strcmp(record->digest, digest) == 0) {
			return record;
		}
	}
	assert_false(make);
	return NULL;
}

/* Has a server this record, which follows so many seconds later? */
static bool has(const char *digest, int64_t lag)
{
	const struct scene_record *record = digest[0] != '\0' ? find(digest, false) : NULL;
	if (record == NULL || record->added == 0 || scene->now < record->added + lag) {
		return false;
	}
	return record->removed == 0 || scene->now < record->removed + lag;
}

bool scene_is_published(const char *digest)
{
	return has(digest, 0);
}

void scene_publish(const char *digest)
{
	struct scene_record *record = find(digest, true);
	if (!scene_is_published(digest)) {
		record->added = scene->now;
		record->removed = 0;
	}
}

void scene_withdraw(const char *digest)
{
	struct scene_record *record = find(digest, false);
	if (record != NULL && record->removed == 0) {
		record->removed = scene->now;
	}
}

static bool has_any(int64_t lag)
{
	for (size_t i = 0; i < SCENE_RECORDS; i++) {
		if (has(scene->records[i].digest, lag)) {
			return true;
		}
	}
	return false;
}

static void look(void *arg, struct roll_look *seen, const struct roll_key *key,
	const char *const digests[ROLL_DIGEST_MAX])
{
	(void)arg;
	(void)key;
	maybe_killed(false);
	roll_look_begin(seen);
	snprintf(seen->places[0].zone, sizeof(seen->places[0].zone), "%s", zone);
	for (size_t i = 0; i < SCENE_SERVERS; i++) {
		bool any = has_any(scene->lag[i]);
		struct roll_view view = { .serial = (int64_t)i,
			.outcome = scene->outcome[i] != RESOLVER_NONE ? scene->outcome[i] :
				any                                   ? RESOLVER_SECURE :
									RESOLVER_DENIED,
			.ttl = any ? scene->ttl : scene->negative_ttl };
		snprintf(view.who, sizeof(view.who), "server %zu", i);
		for (size_t k = 0; k < ROLL_DIGEST_MAX; k++) {
			view.has[k] = has(digests[k], scene->lag[i]);
		}
		roll_look_add(seen, &view);
	}
	seen->servers = SCENE_SERVERS;
	maybe_killed(true);
}

static bool publish(void *arg, const struct roll_key *key, const struct roll_record *record,
	char why[DANCE_ERROR_SIZE])
{
	(void)arg;
	(void)key;
	maybe_killed(false);
	if (scene->publish_fails) {
		snprintf(why, DANCE_ERROR_SIZE, "no route");
		return false;
	}
	assert_string_equal(record->owner, name);
	assert_string_equal(record->zone, zone);
	if (record->remove) {
		scene_withdraw(record->digest);
	} else {
		scene_publish(record->digest);
	}
	scene->published++;
	scene_check();
	maybe_killed(true);
	return true;
}

/* The program takes what is in the files. */
static bool reload(void *arg, const struct roll_key *key, const char *digest,
	char why[DANCE_ERROR_SIZE])
{
	char found[ROLL_DIGEST_SIZE];
	(void)arg;
	maybe_killed(false);
	if (scene->reload_fails) {
		snprintf(why, DANCE_ERROR_SIZE, "no such unit");
		return false;
	}
	assert_true(roll_pair_in_use(key, found, why));
	assert_string_equal(found, digest);
	if (strcmp(scene->used, found) != 0) {
		memcpy(scene->before, scene->used, sizeof(found));
		memcpy(scene->used, found, sizeof(found));
		scene->used_since = scene->now;
	}
	scene->reloads++;
	scene_check();
	maybe_killed(true);
	return true;
}

static int64_t clock_now(void *arg)
{
	(void)arg;
	return scene->now;
}

static const struct roll_host host = { NULL, clock_now, look, publish, reload };

/* --- what must hold ----------------------------------------------------------------------- */

/* Whoever may be shown has been known to all for long enough. */
static void check_known(const char *digest)
{
	int64_t lag = 0;
	for (size_t i = 0; i < SCENE_SERVERS; i++) {
		lag = scene->lag[i] > lag ? scene->lag[i] : lag;
	}
	const struct scene_record *record = find(digest, false);
	assert_non_null(record);
	assert_true(record->added != 0 && record->removed == 0);
	assert_true(scene->now >= record->added + lag + 2 * (int64_t)scene->ttl);
}

void scene_check(void)
{
	char why[DANCE_ERROR_SIZE], digest[ROLL_DIGEST_SIZE];
	if (scene->lawless) {
		return;
	}
	/* The program may begin anew at any moment, and then takes what is in the file. */
	assert_true(roll_pair_key(key_path, digest, why));
	check_known(digest);
	check_known(scene->used);
	if (scene->before[0] != '\0' && scene->now < scene->used_since + scene_key.keep_s) {
		check_known(scene->before);
	}
}

/* --- running ------------------------------------------------------------------------------ */

enum roll_result scene_run(enum roll_wish wish)
{
	memset(scene_news, 0, sizeof(scene_news));
	FILE *news = fmemopen(scene_news, sizeof(scene_news), "w");
	assert_non_null(news);
	scene_roll = (struct roll){ .key = &scene_key,
		.folder = scene->folder,
		.host = &host,
		.wish = wish,
		.news = news };
	enum roll_result result = roll_run(&scene_roll);
	fclose(news);
	return result;
}

void scene_run_past(enum roll_step step, int64_t seconds)
{
	for (unsigned i = 0; i < 100; i++) {
		(void)scene_run(ROLL_ON_TIME);
		scene_check();
		if (scene_roll.state.step > step ||
			(step == ROLL_CLEAN && scene_roll.state.step == ROLL_IDLE)) {
			return;
		}
		scene->now += seconds;
	}
	fail_msg("still in step %s: %s", roll_step_name(scene_roll.state.step),
		scene_roll.why);
}

const char *scene_key_in(const char *file)
{
	static char digest[ROLL_DIGEST_SIZE];
	char path[ROLL_PATH_SIZE], why[DANCE_ERROR_SIZE];
	snprintf(path, sizeof(path), "%s/%s", scene->folder, file);
	if (!roll_file_exists(path)) {
		return "";
	}
	assert_true(roll_pair_key(path, digest, why));
	return digest;
}

static void write_first_key(bool two)
{
	struct dance_octets text, certificate;
	char why[DANCE_ERROR_SIZE];
	assert_true(roll_certificate_new_key(ROLL_ED25519, two ? NULL : name, &text, why));
	assert_true(roll_file_write(key_path, text, NULL, why));
	if (two) {
		assert_true(roll_certificate_of_key(text, name, &certificate, why));
		assert_true(roll_file_write(certificate_path, certificate, NULL, why));
		file_clear(&certificate);
	}
	file_clear(&text);
}

void scene_begin(bool two)
{
	char why[DANCE_ERROR_SIZE];
	scene = mmap(NULL, sizeof(*scene), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(scene != MAP_FAILED);
	*scene = (struct scene){
		.now = 1800000000, .ttl = 100, .negative_ttl = 30, .lag = { 0, 5, 40 }
	};
	snprintf(scene->folder, sizeof(scene->folder), "/tmp/dance-roll-XXXXXX");
	assert_non_null(mkdtemp(scene->folder));
	snprintf(key_path, sizeof(key_path), "%s/key.pem", scene->folder);
	snprintf(certificate_path, sizeof(certificate_path), "%s/cert.pem", scene->folder);
	scene_key = (struct roll_key){ .id = id,
		.names = { name },
		.name_count = 1,
		.key_file = key_path,
		.cert_file = two ? certificate_path : key_path,
		.algorithm = ROLL_ED25519,
		.every_s = 10000,
		.keep_s = 50,
		.ttl = 100 };
	write_first_key(two);
	assert_true(roll_pair_in_use(&scene_key, scene->used, why));
	scene_publish(scene->used);
	scene->now += 1000;
	assert_int_equal(scene_run(ROLL_ON_TIME), ROLL_DONE);
	assert_int_equal(scene_roll.state.step, ROLL_IDLE);
}

void scene_end(void)
{
	DIR *folder = opendir(scene->folder);
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
	rmdir(scene->folder);
	munmap(scene, sizeof(*scene));
	scene = NULL;
}
