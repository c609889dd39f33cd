/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors */

#include "session_scene.h"

#include "check.h"
#include "connections.h"
#include "runtime.h"
#include "scene.h"
#include "session.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int session_host = -1;

static struct conf *conf_with(const char *more)
{
	char text[1024], error[CONF_ERROR_SIZE];
	snprintf(text, sizeof(text),
		"%sask:\n  - id: relay\n    listen: /run/none\n    dialect: postfix\n"
		"    client: [ mta.example, \"*.sub.example\" ]\n    claim: _dane.\n"
		"    header: mx.example.org\n"
		"  - id: exim\n    listen: /run/exim\n    dialect: line\n"
		"    client: mta.example\n",
		more);
	struct conf *conf = conf_parse("file", text, strlen(text), error);
	assert_non_null(conf);
	return conf;
}

void session_put_in_force(const char *more)
{
	char error[CONF_ERROR_SIZE];
	struct runtime *runtime = runtime_new(conf_with(more), error);
	assert_non_null(runtime);
	assert_true(runtime_start(runtime, error));
	runtime_install(runtime);
	fake_resolver_settle();
}

bool session_connect(void)
{
	return session_connect_to("relay");
}

bool session_connect_to(const char *id)
{
	struct listener listener = { .fd = -1 };
	int ends[2];
	snprintf(listener.id, sizeof(listener.id), "%s", id);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	session_host = ends[0];
	assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	return session_start(&listener, ends[1]);
}

void session_hang_up(void)
{
	close(session_host);
	for (int i = 0; connections_count() > 0 && i < 2000; i++) {
		poll(NULL, 0, 10);
	}
	assert_int_equal(connections_count(), 0);
}

void session_put(const char *text)
{
	assert_int_equal(write(session_host, text, strlen(text)), strlen(text));
}

static const char *read_up_to(const char *mark)
{
	static char text[1024];
	size_t size = 0;
	text[0] = '\0';
	while (strstr(text, mark) == NULL) {
		struct pollfd ready = { session_host, POLLIN, 0 };
		assert_int_equal(poll(&ready, 1, 20000), 1);
		ssize_t got = read(session_host, text + size, 1);
		if (got <= 0) {
			return "";
		}
		size += (size_t)got;
		text[size] = '\0';
	}
	return text;
}

const char *session_answered(void)
{
	return read_up_to("\n\n");
}

const char *session_answered_line(void)
{
	return read_up_to("\n");
}

const char *session_question(const struct credential *certificate, const char *more)
{
	static char text[1024];
	char digest[3 * DANCE_SHA256_SIZE + 1] = "";
	for (size_t i = 0; certificate != NULL && i < DANCE_SHA256_SIZE; i++) {
		snprintf(digest + strlen(digest), 4, "%s%02X", i > 0 ? ":" : "",
			certificate->sha256[TLSA_SPKI][i]);
	}
	snprintf(text, sizeof(text),
		"request=smtpd_access_policy\nclient_address=192.0.2.53\nclient_port=7\n"
		"encryption_protocol=TLSv1.3\nccert_fingerprint=\n"
		"ccert_pubkey_fingerprint=%s\n%s\n",
		digest, more);
	return text;
}
