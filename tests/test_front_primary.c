/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which primary is connected: one that can be reached and that DNS proves. */

#include "check.h"
#include "primary.h"
#include "primary_scene.h"

#include <string.h>
#include <unistd.h>

static struct stream stream;
static struct primary primary;

static bool connect_any(void)
{
	struct runtime *runtime = front_scene_runtime();
	stream = STREAM_NONE;
	primary = (struct primary){ 0 };
	return primary_connect(&runtime->clients[0], runtime->conf, &stream, &primary);
}

static void a_primary_is_proved_by_its_records(void **state)
{
	(void)state;
	primary_scene_begin(PRIMARY_ANSWERS);
	primary_scene_publish(&front_scene_other);
	primary_scene_configure(NULL, NULL);
	assert_true(connect_any());
	check_verdict(primary.result.verdict, DANCE_ALLOW);
	assert_ptr_equal(primary.address,
		&front_scene_runtime()->clients[0].conf->primaries[0]);
	stream_close(&stream);
	primary_scene_end();
}

static void one_that_is_not_is_refused(void **state)
{
	(void)state;
	const struct credential *const keys[] = { &front_scene_mine, NULL };
	for (size_t i = 0; i < ROWS(keys); i++) {
		primary_scene_begin(PRIMARY_ANSWERS);
		primary_scene_publish(keys[i]);
		primary_scene_configure(NULL, NULL);
		assert_false(connect_any());
		assert_int_equal(stream.fd, -1);
		assert_int_equal(primary.ede, 18);
		assert_non_null(strstr(primary.why, "primary refused, owner _"));
		assert_int_not_equal(primary.result.verdict, DANCE_ALLOW);
		assert_true(front_scene_runtime()->clients[0].unreachable);
		primary_scene_end();
	}
}

static void one_that_speaks_something_else_is_none(void **state)
{
	(void)state;
	static const struct {
		enum primary_manner manner;
		const char *why;
	} rows[] = {
		{ PRIMARY_SPEAKS_NO_DOT,
			"handshake failed (the primary did not choose ALPN 'dot')" },
		{ PRIMARY_SPEAKS_NO_TLS, "handshake failed (" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		primary_scene_begin(rows[i].manner);
		primary_scene_publish(&front_scene_other);
		primary_scene_configure(NULL, NULL);
		assert_false(connect_any());
		assert_int_equal(stream.fd, -1);
		assert_int_equal(primary.ede, 23);
		check_true(primary.why,
			strncmp(primary.why, rows[i].why, strlen(rows[i].why)) == 0);
		primary_scene_end();
	}
}

static void the_one_that_answered_last_is_the_first_to_be_asked(void **state)
{
	(void)state;
	char both[64];
	primary_scene_begin(PRIMARY_ANSWERS);
	primary_scene_publish(&front_scene_other);
	snprintf(both, sizeof(both), "[ 127.0.0.2@%u, 127.0.0.1@%u ]", primary_scene.port,
		primary_scene.port);
	primary_scene_configure(both, NULL);
	struct client *client = &front_scene_runtime()->clients[0];
	client->unreachable = true;
	assert_true(connect_any());
	assert_non_null(strstr(primary.why,
		"primary unreachable (Connection refused)")); /* of the first */
	assert_ptr_equal(primary.address, &client->conf->primaries[1]);
	assert_int_equal(client->best, 1);
	assert_false(client->unreachable);
	stream_close(&stream);
	assert_true(connect_any());
	assert_string_equal(primary.why, "");
	assert_ptr_equal(primary.address, &client->conf->primaries[1]);
	stream_close(&stream);

	primary_scene_configure(both, NULL); /* also after a reload */
	assert_true(connect_any());
	assert_string_equal(primary.why, "");
	stream_close(&stream);
	assert_int_equal(atomic_load(&primary_scene.connections), 3);
	primary_scene_end();
	assert_false(connect_any());
	assert_true(front_scene_runtime()->clients[0].unreachable);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, front_scene_begin, front_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_primary_is_proved_by_its_records),
		ONE(one_that_is_not_is_refused),
		ONE(one_that_speaks_something_else_is_none),
		ONE(the_one_that_answered_last_is_the_first_to_be_asked),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
