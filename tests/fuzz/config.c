/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The check of mod-dance's section of knotd's configuration. Input: for each item of it in
 * turn how many values, and these. Stands in for knotd, which has made sure of types and
 * ranges already. What is accepted, the roster and the resolver accept too. */

#include "conf.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/un.h>

#include "input.h"
#include "resolver.h"
#include "roster.h"
#include "target.h"

#define ITEM_MAX 32
#define VALUE_MAX 12

/* The section as knotd would have it after reading its file. */
static struct {
	const yp_item_t *item;
	size_t count;
	knotd_conf_val_t values[VALUE_MAX];
} section[ITEM_MAX];

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

static void set_default(const yp_item_t *item, knotd_conf_val_t *value)
{
	if (item->type == YP_TINT) {
		value->integer = item->var.i.dflt;
	} else if (item->type == YP_TBOOL) {
		value->boolean = item->var.b.dflt;
	} else if (item->type == YP_TOPT) {
		value->option = item->var.o.dflt;
	}
}

static void read_section(struct input *input)
{
	memset(section, 0, sizeof(section));
	for (size_t i = 0; conf_items[i].name != NULL; i++) {
		must(i < ITEM_MAX);
		const yp_item_t *item = &conf_items[i];
		size_t most = item->flags & YP_FMULTI ? VALUE_MAX : 1;
		section[i].item = item;
		section[i].count = input_octet(input) % (most + 1);
		set_default(item, &section[i].values[0]);
		for (size_t j = 0; j < section[i].count; j++) {
			read_value(input, item, &section[i].values[j]);
		}
	}
}

static bool is_named(const yp_item_t *item, const yp_name_t *name)
{
	return item->name[0] == name[0] &&
		memcmp(item->name + 1, name + 1, (unsigned char)name[0]) == 0;
}

/* As knotd gives it: a single value in place, others in memory of their own. */
static knotd_conf_t find(const yp_name_t *name)
{
	/* clang-format off */
	static const yp_item_t id = { "\x02""id", YP_TSTR, YP_VNONE }; /* Knot's own */
	/* clang-format on */
	if (is_named(&id, name)) {
		return (knotd_conf_t){ .single = { .string = "one" }, .count = 1 };
	}
	size_t i = 0;
	while (section[i].item != NULL && !is_named(section[i].item, name)) {
		i++;
	}
	must(section[i].item != NULL);
	knotd_conf_t conf = { .count = section[i].count };
	if ((section[i].item->flags & YP_FMULTI) == 0) {
		conf.single = section[i].values[0];
	} else if (conf.count > 0) {
		conf.multi = malloc(conf.count * sizeof(conf.multi[0]));
		must(conf.multi != NULL);
		memcpy(conf.multi, section[i].values, conf.count * sizeof(conf.multi[0]));
	}
	return conf;
}

knotd_conf_t knotd_conf_check_item(knotd_conf_check_args_t *args, const yp_name_t *name)
{
	(void)args;
	return find(name);
}

knotd_conf_t knotd_conf_mod(knotd_mod_t *mod, const yp_name_t *name)
{
	(void)mod;
	return find(name);
}

void knotd_conf_free(knotd_conf_t *conf)
{
	free(conf->multi);
	memset(conf, 0, sizeof(*conf));
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
	must(conf_read(&conf, NULL) == KNOT_EOK && conf.has_section);
	must(roster_read(&names, conf.clients, conf.client_count, &conf.options, error));
	roster_names_clear(&names);
	for (size_t i = 0; i < conf.client_count; i++) {
		must(!conf.identity_address || fits_an_address(conf.clients[i]));
	}
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		const char *forwarder = conf.engine.forwarders[i];
		must(*forwarder == '\0' || resolver_check_forwarder(forwarder));
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
	knotd_conf_check_args_t args = { .err_str = NULL };
	if (conf_check(&args) == KNOT_EOK) {
		must(args.err_str == NULL);
		check_accepted();
	} else {
		must(args.err_str != NULL && *args.err_str != '\0');
		must(strlen(args.err_str) < 2 * DANCE_ERROR_SIZE);
	}
	input_end(&input);
	return 0;
}
