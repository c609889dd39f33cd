/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A name as a remote address: shown for one message, and never taken for what a client came
 * from. */

#include <stdio.h>
#include <string.h>

#include <knot/module.h>

#include "acl_alias.h"
#include "check.h"

static struct sockaddr_storage remote;
static knotd_qdata_params_t params;
static knotd_qdata_t qdata;

static struct sockaddr_storage unix_path(const char *path)
{
	struct sockaddr_storage address = { 0 };
	struct sockaddr_un *place = (struct sockaddr_un *)&address;
	place->sun_family = AF_UNIX;
	snprintf(place->sun_path, sizeof(place->sun_path), "%s", path);
	return address;
}

static const char *shown(void)
{
	const struct sockaddr_un *place = (const struct sockaddr_un *)
		knotd_qdata_remote_addr(&qdata);
	assert_int_equal(place->sun_family, AF_UNIX);
	return place->sun_path;
}

static int begin(void **state)
{
	(void)state;
	remote = unix_path("/run/knot/tls.sock");
	params = (knotd_qdata_params_t){ .remote = &remote };
	qdata = (knotd_qdata_t){ .params = &params };
	return 0;
}

static void it_is_shown_and_hidden(void **state)
{
	(void)state;
	struct acl_alias one = { 0 };
	for (int round = 0; round < 2; round++) {
		acl_alias_show(&one, &qdata, "/dance/a.example");
		assert_string_equal(shown(), "/dance/a.example");
		acl_alias_show(&one, &qdata, "/dance/b.example");
		assert_string_equal(shown(), "/dance/a.example");
		acl_alias_hide(&one, &qdata);
		assert_ptr_equal(params.remote, &remote);
		acl_alias_hide(&one, &qdata);
		assert_ptr_equal(params.remote, &remote);
	}
}

/* knotd may listen on a UNIX socket of any path, and shows that as the remote address. */
static void a_path_of_knotds_own_is_no_alias(void **state)
{
	(void)state;
	static const char *const paths[] = { "/dance/a.example", "/dance/",
		"/dance/b.example" };
	for (size_t i = 0; i < ROWS(paths); i++) {
		struct acl_alias one = { 0 };
		remote = unix_path(paths[i]);
		acl_alias_show(&one, &qdata, "/dance/b.example");
		assert_ptr_not_equal(params.remote, &remote);
		assert_string_equal(shown(), "/dance/b.example");
		acl_alias_hide(&one, &qdata);
		assert_ptr_equal(params.remote, &remote);
		assert_string_equal(shown(), paths[i]);
	}
}

/* The memory of one that is over may be a remote's. */
static void what_is_over_is_no_alias(void **state)
{
	(void)state;
	struct acl_alias over = { 0 }, next = { 0 };
	acl_alias_show(&over, &qdata, "/dance/a.example");
	acl_alias_hide(&over, &qdata);
	over.shown = unix_path("/run/knot/tls.sock");
	params.remote = &over.shown;
	acl_alias_show(&next, &qdata, "/dance/b.example");
	assert_string_equal(shown(), "/dance/b.example");
	/* Nothing of an earlier path stands behind it. */
	const struct sockaddr_storage expected = unix_path("/dance/b.example");
	assert_memory_equal(&next.shown, &expected, sizeof(expected));
	acl_alias_hide(&next, &qdata);
	memset(&next.shown, 7, sizeof(next.shown));
	acl_alias_show(&next, &qdata, "/dance/b.example");
	assert_memory_equal(&next.shown, &expected, sizeof(expected));
	acl_alias_hide(&next, &qdata);
	assert_ptr_equal(params.remote, &over.shown);
}

static void what_another_module_shows_stays(void **state)
{
	(void)state;
	struct acl_alias global = { 0 }, of_zone = { 0 };
	acl_alias_show(&global, &qdata, "/dance/a.example");
	acl_alias_show(&of_zone, &qdata, "/dance/b.example");
	assert_string_equal(shown(), "/dance/a.example");
	acl_alias_hide(&of_zone, &qdata);
	assert_string_equal(shown(), "/dance/a.example");
	acl_alias_hide(&global, &qdata);
	assert_ptr_equal(params.remote, &remote);
	/* And the other way round with the next message. */
	acl_alias_show(&of_zone, &qdata, "/dance/b.example");
	assert_string_equal(shown(), "/dance/b.example");
	acl_alias_hide(&of_zone, &qdata);
	assert_ptr_equal(params.remote, &remote);
}

static void a_path_has_its_room(void **state)
{
	(void)state;
	char path[ACL_ALIAS_PATH_SIZE], name[ACL_ALIAS_PATH_SIZE];
	assert_true(acl_alias_path(path, "*.clients.example.net"));
	assert_string_equal(path, "/dance/*.clients.example.net");
	assert_string_equal(acl_alias_name(path), "*.clients.example.net");
	assert_null(acl_alias_name("/run/dance/a.example"));
	assert_null(acl_alias_name("/dance"));
	memset(name, 'a', sizeof(name));
	name[ACL_ALIAS_PATH_SIZE - 1 - strlen("/dance/")] = '\0';
	assert_true(acl_alias_fits(name));
	assert_true(acl_alias_path(path, name));
	assert_string_equal(acl_alias_name(path), name);
	name[ACL_ALIAS_PATH_SIZE - 1 - strlen("/dance/")] = 'a';
	name[ACL_ALIAS_PATH_SIZE - strlen("/dance/")] = '\0';
	assert_false(acl_alias_fits(name));
}

#define ONE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(it_is_shown_and_hidden),
		ONE(a_path_of_knotds_own_is_no_alias),
		ONE(what_is_over_is_no_alias),
		ONE(what_another_module_shows_stays),
		ONE(a_path_has_its_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
