/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What conf_scene.h promises. */

#include "conf_scene.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

struct conf *parse(const char *text)
{
	char error[CONF_ERROR_SIZE];
	struct conf *conf = conf_parse("test.conf", text, strlen(text), error);
	if (conf == NULL) {
		fail_msg("%s", error);
	}
	assert_string_equal(error, "");
	return conf;
}

void check_v4(const struct address *address, const char *host, unsigned port)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->socket;
	char text[INET_ADDRSTRLEN];
	assert_int_equal(v4->sin_family, AF_INET);
	assert_int_equal(address->size, sizeof(*v4));
	assert_string_equal(inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text)), host);
	assert_int_equal(ntohs(v4->sin_port), port);
}

void check_v6(const struct address *address, const char *host, unsigned port)
{
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->socket;
	char text[INET6_ADDRSTRLEN];
	assert_int_equal(v6->sin6_family, AF_INET6);
	assert_int_equal(address->size, sizeof(*v6));
	assert_string_equal(inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text)), host);
	assert_int_equal(ntohs(v6->sin6_port), port);
}
