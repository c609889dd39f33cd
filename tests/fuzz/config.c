/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The check of mod-dance's section of knotd's configuration. Input: for each item of it in
 * turn how many values, and these. knotd has made sure of types and ranges already. What is
 * accepted, the roster and the resolver accept too. */

#include "conf.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "../fake_knotd.h"
#include "input.h"
#include "resolver.h"
#include "roster.h"
#include "target.h"

#define VALUE_MAX 12

static void read_address(struct input *input, struct sockaddr_storage *addr)
{
	memset(addr, 0, sizeof(*addr));
	uint8_t family = input_octet(input) % 3;
	uint32_t number = input_number(input);
	in_port_t port = htons((uint16_t)input_number(input));
	if (family == 0) {
		struct sockaddr_in *v4 = (struct sockaddr_in *)addr;
		v4->sin_family = AF_INET;
		v4->sin_addr.s_addr = htonl(number);
		v4->sin_port = port;
	} else if (family == 1) {
		struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)addr;
		v6->sin6_family = AF_INET6;
		memcpy(v6->sin6_addr.s6_addr, &number, sizeof(number));
		v6->sin6_addr.s6_addr[15] = input_octet(input);
		v6->sin6_port = port;
	} else {
		struct sockaddr_un *local = (struct sockaddr_un *)addr;
		local->sun_family = AF_UNIX;
		snprintf(local->sun_path, sizeof(local->sun_path), "%s", input_text(input));
	}
}

static unsigned read_option(struct input *input, const knot_lookup_t *options)
{
	size_t count = 0;
	while (options[count].name != NULL) {
		count++;
	}
	return (unsigned)options[input_octet(input) % count].id;
}

static void read_value(struct input *input, const yp_item_t *item, knotd_conf_val_t *value)
{
	if (item->type == YP_TINT) {
		value->integer = item->var.i.min +
			input_number(input) % (item->var.i.max - item->var.i.min + 1);
	} else if (item->type == YP_TBOOL) {
		value->boolean = input_octet(input) & 1;
	} else if (item->type == YP_TOPT) {
		value->option = read_option(input, item->var.o.opts);
	} else if (item->type == YP_TSTR) {
		value->string = input_text(input);
	} else {
		must(item->type == YP_TADDR); /* a type that is not known here */
		read_address(input, &value->addr);
	}
}

/* The section as knotd would have it after reading its file. */
static void read_section(struct input *input)
{
	fake_knotd_reset();
	for (const yp_item_t *item = knotd_mod_api.config; item->name != NULL; item++) {
		size_t most = item->flags & YP_FMULTI ? VALUE_MAX : 1;
		size_t count = input_octet(input) % (most + 1);
		for (size_t i = 0; i < count; i++) {
			knotd_conf_val_t value = { .addr_mask = -1 };
			read_value(input, item, &value);
			fake_conf_add("mod-dance", "one", item->name + 1, &value);
		}
	}
}

static bool fits_an_address(const char *name)
{
	struct sockaddr_un address;
	return strlen("/dance/") + strlen(name) < sizeof(address.sun_path);
}

static void check_accepted(void)
{
	struct conf conf;
	struct roster_names names;
	char error[DANCE_ERROR_SIZE] = "";
	must(conf_read(&conf, fake_mod_new(NULL, "one")) == KNOT_EOK && conf.has_section);
	must(roster_read(&names, conf.clients, conf.client_count, &conf.options, error));
	roster_names_clear(&names);
	for (size_t i = 0; i < conf.client_count; i++) {
		must(!conf.identity_address || fits_an_address(conf.clients[i]));
	}
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		const char *forwarder = conf.context.forwarders[i];
		must(forwarder == NULL || resolver_check_forwarder(forwarder));
	}
	bool pkix = (conf.options.usages & (DANCE_PKIX_TA | DANCE_PKIX_EE)) != 0;
	must(pkix == (conf.ca_file != NULL));
	must(conf.options.usages != 0 && conf.actions != 0 && conf.options.timeout_ms != 0);
	conf_clear(&conf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	read_section(&input);
	const char *error;
	if (fake_conf_check("one", &error) == KNOT_EOK) {
		must(error == NULL);
		check_accepted();
	} else {
		must(error != NULL && *error != '\0');
		must(strlen(error) < 2 * DANCE_ERROR_SIZE);
	}
	input_end(&input);
	return 0;
}
