/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One value of an item: what libknot's schema leaves to be checked, and where it goes. */

#include "conf_value.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "address.h"
#include "dance.h"
#include "endpoint.h"
#include "log.h"

#define ADDRESS_MAX 64    /* of one item */
#define PATTERN_MAX 65536 /* of one item */
#define PROTOCOL_MAX 16   /* of one item */
#define PROTOCOL_SIZE 255 /* octets of a name (RFC 7301 3.1) */

static const struct conf_place *place_of(const yp_item_t *item)
{
	return item->misc[0];
}

static const char *label(const yp_item_t *item)
{
	return item->name + 1;
}

static bool fail(const struct conf_value *value, const char *why,
	const struct conf_error *error)
{
	return conf_fail(error, value->line, "'%s' is '%.80s', %s", label(value->item),
		value->text, why);
}

static bool out_of_memory(const struct conf_error *error)
{
	return conf_fail(error, 0, "out of memory");
}

void *conf_value_append(void *array, size_t *count, size_t size)
{
	char *elements;
	memcpy(&elements, array, sizeof(elements));
	/* Room for as many again whenever all is full, which is at powers of two. */
	if ((*count & (*count - 1)) == 0) {
		elements = realloc(elements, (*count == 0 ? 1 : 2 * *count) * size);
		if (elements == NULL) {
			return NULL;
		}
		memcpy(array, &elements, sizeof(elements));
	}
	return memset(elements + (*count)++ * size, 0, size);
}

static bool set_string(char **at, const struct conf_value *value,
	const struct conf_error *error)
{
	*at = strdup(value->text);
	return *at != NULL || out_of_memory(error);
}

/* In lower case and without a trailing dot, so that equal names are equal strings. */
static bool set_name(char **at, bool pattern, const struct conf_value *value,
	const struct conf_error *error)
{
	const char *text = value->text;
	char why[DANCE_ERROR_SIZE];
	if (!dance_roster_check_name(text, why)) {
		return conf_fail(error, value->line, "'%s' is %s", label(value->item), why);
	}
	if (!pattern && text[0] == '*') {
		return fail(value, "must be one name, without an asterisk", error);
	}
	if (!pattern && text[0] == '@') {
		return fail(value, "must be a name, not a list", error);
	}
	if (!set_string(at, value, error)) {
		return false;
	}
	size_t size = strlen(*at);
	if ((*at)[size - 1] == '.') {
		(*at)[size - 1] = '\0';
	}
	for (char *c = *at; *c != '\0'; c++) {
		*c = (char)tolower((unsigned char)*c);
	}
	return true;
}

/* libknot also accepts the beginning of a word. */
static bool set_switch(bool *at, const struct conf_value *value,
	const struct conf_error *error)
{
	if (value->item->type == YP_TOPT) {
		*at = yp_opt(value->data) != 0;
		return true;
	}
	*at = yp_bool(value->data);
	return strcasecmp(value->text, *at ? "on" : "off") == 0 ||
		strcasecmp(value->text, *at ? "true" : "false") == 0 ||
		fail(value, "must be on or off", error);
}

/* `ported`: with a port, the item's default if need be. The text is read anew: the forms in
 * which libknot keeps an address differ from one version to the next. */
static bool read_address(struct address *address, bool ported,
	const struct conf_value *value, const struct conf_error *error)
{
	if (strchr(value->text, '%') != NULL) { /* depends on what there is at the moment */
		return fail(value, "must not name an interface", error);
	}
	bool has_port;
	uint16_t port = value->item->var.a.dflt_port;
	if (!address_read(address, value->text, port, &has_port)) {
		return fail(value, "must be an IPv4 or IPv6 address", error);
	}
	if (!ported && has_port) {
		return fail(value, "must be an address without a port", error);
	}
	bool needs_port = ported && (has_port || (value->item->flags & CONF_PORTLESS) == 0);
	if (needs_port && address_port(&address->socket) == 0) {
		return fail(value,
			has_port ? "must not have port 0" : "needs a port: ADDRESS@PORT",
			error);
	}
	return true;
}

static bool add_address(void *array, size_t *count, const struct conf_value *value,
	const struct conf_error *error)
{
	struct address address;
	if (!read_address(&address, true, value, error)) {
		return false;
	}
	if (*count == ADDRESS_MAX) {
		return conf_fail(error, value->line, "'%s' has more than %d addresses",
			label(value->item), ADDRESS_MAX);
	}
	struct address *added = conf_value_append(array, count, sizeof(address));
	if (added == NULL) {
		return out_of_memory(error);
	}
	*added = address;
	return true;
}

static bool read_endpoint(struct endpoint *endpoint, const struct conf_value *value,
	const struct conf_error *error)
{
	const char *why = endpoint_read(endpoint, value->text);
	return why == NULL || fail(value, why, error);
}

static bool add_endpoint(void *array, size_t *count, const struct conf_value *value,
	const struct conf_error *error)
{
	struct endpoint endpoint;
	if (!read_endpoint(&endpoint, value, error)) {
		return false;
	}
	if (*count == ADDRESS_MAX) {
		return conf_fail(error, value->line, "'%s' has more than %d addresses",
			label(value->item), ADDRESS_MAX);
	}
	struct endpoint *added = conf_value_append(array, count, sizeof(endpoint));
	if (added == NULL) {
		return out_of_memory(error);
	}
	*added = endpoint;
	return true;
}

static bool add_name(void *array, size_t *count, bool pattern,
	const struct conf_value *value, const struct conf_error *error)
{
	if (*count == PATTERN_MAX) {
		return conf_fail(error, value->line, "'%s' has more than %d names",
			label(value->item), PATTERN_MAX);
	}
	char **added = conf_value_append(array, count, sizeof(*added));
	return added != NULL ? set_name(added, pattern, value, error) :
			       out_of_memory(error);
}

static bool add_protocol(void *array, size_t *count, const struct conf_value *value,
	const struct conf_error *error)
{
	if (strlen(value->text) > PROTOCOL_SIZE) {
		return conf_fail(error, value->line,
			"'%s' is '%.80s...', must have at most %d octets",
			label(value->item), value->text, PROTOCOL_SIZE);
	}
	if (*count == PROTOCOL_MAX) {
		return conf_fail(error, value->line, "'%s' has more than %d protocols",
			label(value->item), PROTOCOL_MAX);
	}
	char **added = conf_value_append(array, count, sizeof(*added));
	return added != NULL ? set_string(added, value, error) : out_of_memory(error);
}

static bool add_forwarder(char **forwarders, const struct conf_value *value,
	const struct conf_error *error)
{
	struct address address;
	if (!read_address(&address, true, value, error)) {
		return false;
	}
	size_t count = 0;
	while (count < DANCE_FORWARDER_MAX && forwarders[count] != NULL) {
		count++;
	}
	if (count == DANCE_FORWARDER_MAX) {
		return conf_fail(error, value->line, "'%s' has more than %d addresses",
			label(value->item), DANCE_FORWARDER_MAX);
	}
	forwarders[count] = strdup(address.text);
	return forwarders[count] != NULL || out_of_memory(error);
}

bool conf_value_set(void *entry, const struct conf_value *value,
	const struct conf_error *error)
{
	const struct conf_place *place = place_of(value->item);
	void *at = (char *)entry + place->at;
	size_t *count = (size_t *)((char *)entry + place->count_at);
	switch (place->kind) {
	case CONF_STRING:
		return set_string(at, value, error);
	case CONF_NAME:
	case CONF_PATTERN:
		return set_name(at, place->kind == CONF_PATTERN, value, error);
	case CONF_NUMBER:
		*(unsigned *)at = (unsigned)yp_int(value->data);
		return true;
	case CONF_SWITCH:
		return set_switch(at, value, error);
	case CONF_LEVEL:
		*(enum log_level *)at = (enum log_level)yp_opt(value->data);
		return true;
	case CONF_BITS:
		*(unsigned *)at = (value->first ? 0 : *(unsigned *)at) |
			yp_opt(value->data);
		return true;
	case CONF_HOST:
	case CONF_SOCKET:
		return read_address(at, place->kind == CONF_SOCKET, value, error);
	case CONF_SOCKETS:
		return add_address(at, count, value, error);
	case CONF_ENDPOINT:
		return read_endpoint(at, value, error);
	case CONF_ENDPOINTS:
		return add_endpoint(at, count, value, error);
	case CONF_PATTERNS:
	case CONF_NAMES:
		return add_name(at, count, place->kind == CONF_PATTERNS, value, error);
	case CONF_PROTOCOLS:
		return add_protocol(at, count, value, error);
	case CONF_FORWARDERS:
		return add_forwarder(at, value, error);
	case CONF_REFERENCES:
	default:
		return fail(value, "is unknown here", error);
	}
}

void conf_value_default(void *entry, const yp_item_t *item)
{
	const struct conf_place *place = place_of(item);
	void *at = (char *)entry + place->at;
	switch (place->kind) {
	case CONF_NUMBER:
		*(unsigned *)at = (unsigned)item->var.i.dflt;
		break;
	case CONF_SWITCH:
		*(bool *)at = item->type == YP_TOPT ? item->var.o.dflt != 0 :
						      item->var.b.dflt;
		break;
	case CONF_LEVEL:
		*(enum log_level *)at = (enum log_level)item->var.o.dflt;
		break;
	case CONF_BITS:
		*(unsigned *)at = item->var.o.dflt;
		break;
	case CONF_STRING:
	case CONF_NAME:
	case CONF_PATTERN:
	case CONF_HOST:
	case CONF_SOCKET:
	case CONF_SOCKETS:
	case CONF_ENDPOINT:
	case CONF_ENDPOINTS:
	case CONF_PATTERNS:
	case CONF_NAMES:
	case CONF_PROTOCOLS:
	case CONF_FORWARDERS:
	case CONF_REFERENCES:
	default:
		break;
	}
}

/* Another word for an option that stands before it? */
static bool is_synonym(const knot_lookup_t *options, const knot_lookup_t *option)
{
	while (options < option && options->id != option->id) {
		options++;
	}
	return options < option;
}

/* "transfer, notify, update, any" */
static void list_options(const knot_lookup_t *options, char *list, size_t size)
{
	size_t written = 0;
	list[0] = '\0';
	for (size_t i = 0; options[i].name != NULL && written < size; i++) {
		if (!is_synonym(options, &options[i])) {
			int more = snprintf(list + written, size - written, "%s%s",
				written == 0 ? "" : ", ", options[i].name);
			written += (size_t)more;
		}
	}
}

bool conf_value_refuse(const struct conf_value *value, int reason,
	const struct conf_error *error)
{
	const yp_item_t *item = value->item;
	if (item->type == YP_TINT) {
		return conf_fail(error, value->line,
			"'%s' is '%.80s', must be a number from %" PRId64 " to %" PRId64,
			label(item), value->text, item->var.i.min, item->var.i.max);
	}
	if (item->type == YP_TOPT) {
		char options[128];
		list_options(item->var.o.opts, options, sizeof(options));
		return conf_fail(error, value->line, "'%s' is '%.80s', must be one of %s",
			label(item), value->text, options);
	}
	if (item->type == YP_TBOOL) {
		return fail(value, "must be on or off", error);
	}
	if (item->type == YP_TADDR) {
		return fail(value, "must be an IPv4 or IPv6 address", error);
	}
	return conf_fail(error, value->line, "'%s' is '%.80s': %s", label(item),
		value->text, knot_strerror(reason));
}
