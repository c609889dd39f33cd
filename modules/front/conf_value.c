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

#define ADDRESS_MAX 64 /* of one item */

/* Where to complain about a value. */
struct spot {
	const struct conf_value *value;
	size_t line;
	const struct conf_complaint *complaint;
};

static const struct conf_place *place_of(const yp_item_t *item)
{
	return item->misc[0];
}

static const char *label(const yp_item_t *item)
{
	return item->name + 1;
}

static bool complain(const struct spot *spot, const char *why)
{
	return conf_complain(spot->complaint, spot->line, "'%s' is '%.80s', %s",
		label(spot->value->item), spot->value->text, why);
}

static bool out_of_memory(const struct spot *spot)
{
	return conf_complain(spot->complaint, 0, "out of memory");
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

static bool set_string(char **at, const struct spot *spot)
{
	*at = strdup(spot->value->text);
	return *at != NULL || out_of_memory(spot);
}

/* In lower case and without a trailing dot, so that equal names are equal strings. */
static bool set_name(char **at, bool pattern, const struct spot *spot)
{
	const char *text = spot->value->text;
	char why[DANCE_ERROR_SIZE];
	if (!dance_roster_check_name(text, why)) {
		return conf_complain(spot->complaint, spot->line, "'%s' is %s",
			label(spot->value->item), why);
	}
	if (!pattern && text[0] == '*') {
		return complain(spot, "must be one name, without an asterisk");
	}
	if (!set_string(at, spot)) {
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

/* libknot takes the beginning of a word for it. */
static bool set_switch(bool *at, const struct spot *spot)
{
	const struct conf_value *value = spot->value;
	if (value->item->type == YP_TOPT) {
		*at = yp_opt(value->data) != 0;
		return true;
	}
	*at = yp_bool(value->data);
	return strcasecmp(value->text, *at ? "on" : "off") == 0 ||
		strcasecmp(value->text, *at ? "true" : "false") == 0 ||
		complain(spot, "must be on or off");
}

/* `ported`: with a port, the item's default if need be. The text is read anew: the forms in
 * which libknot keeps an address differ from one version to the next. */
static bool read_address(struct address *address, bool ported, const struct spot *spot)
{
	const struct conf_value *value = spot->value;
	if (strchr(value->text, '%') != NULL) { /* depends on what there is at the moment */
		return complain(spot, "must not name an interface");
	}
	bool has_port;
	uint16_t port = value->item->var.a.dflt_port;
	if (!address_read(address, value->text, port, &has_port)) {
		return complain(spot, "must be an IPv4 or IPv6 address");
	}
	if (!ported && has_port) {
		return complain(spot, "must be an address without a port");
	}
	if (ported && address_port(&address->socket) == 0) {
		return complain(spot,
			has_port ? "must not have port 0" : "needs a port: ADDRESS@PORT");
	}
	return true;
}

static bool add_address(void *array, size_t *count, const struct spot *spot)
{
	struct address address;
	if (!read_address(&address, true, spot)) {
		return false;
	}
	if (*count == ADDRESS_MAX) {
		return conf_complain(spot->complaint, spot->line,
			"'%s' has more than %d addresses", label(spot->value->item),
			ADDRESS_MAX);
	}
	struct address *added = conf_value_append(array, count, sizeof(address));
	if (added == NULL) {
		return out_of_memory(spot);
	}
	*added = address;
	return true;
}

static bool add_forwarder(char **forwarders, const struct spot *spot)
{
	struct address address;
	if (!read_address(&address, true, spot)) {
		return false;
	}
	size_t count = 0;
	while (count < DANCE_FORWARDER_MAX && forwarders[count] != NULL) {
		count++;
	}
	if (count == DANCE_FORWARDER_MAX) {
		return conf_complain(spot->complaint, spot->line,
			"'%s' has more than %d addresses", label(spot->value->item),
			DANCE_FORWARDER_MAX);
	}
	forwarders[count] = strdup(address.text);
	return forwarders[count] != NULL || out_of_memory(spot);
}

bool conf_value_set(void *entry, const struct conf_value *value, size_t line,
	const struct conf_complaint *complaint)
{
	const struct conf_place *place = place_of(value->item);
	const struct spot spot = { value, line, complaint };
	void *at = (char *)entry + place->at;
	switch (place->kind) {
	case CONF_STRING:
		return set_string(at, &spot);
	case CONF_NAME:
	case CONF_PATTERN:
		return set_name(at, place->kind == CONF_PATTERN, &spot);
	case CONF_NUMBER:
		*(unsigned *)at = (unsigned)yp_int(value->data);
		return true;
	case CONF_SWITCH:
		return set_switch(at, &spot);
	case CONF_LEVEL:
		*(enum log_level *)at = (enum log_level)yp_opt(value->data);
		return true;
	case CONF_BITS:
		*(unsigned *)at = (value->first ? 0 : *(unsigned *)at) |
			yp_opt(value->data);
		return true;
	case CONF_HOST:
	case CONF_SOCKET:
		return read_address(at, place->kind == CONF_SOCKET, &spot);
	case CONF_SOCKETS:
		return add_address(at, (size_t *)((char *)entry + place->count_at), &spot);
	case CONF_FORWARDERS:
		return add_forwarder(at, &spot);
	case CONF_REFERENCES:
	default:
		return complain(&spot, "is not known here");
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
	case CONF_FORWARDERS:
	case CONF_REFERENCES:
	default:
		break;
	}
}

/* "transfer, notify, update, any" */
static void list_options(const knot_lookup_t *options, char *list, size_t size)
{
	size_t written = 0;
	list[0] = '\0';
	for (; options->name != NULL && written < size; options++) {
		int more = snprintf(list + written, size - written, "%s%s",
			written == 0 ? "" : ", ", options->name);
		written += (size_t)more;
	}
}

bool conf_value_complain(const yp_item_t *item, const char *text, int error, size_t line,
	const struct conf_complaint *complaint)
{
	if (item->type == YP_TINT) {
		return conf_complain(complaint, line,
			"'%s' is '%.80s', must be a number "
			"from %" PRId64 " to %" PRId64,
			label(item), text, item->var.i.min, item->var.i.max);
	}
	if (item->type == YP_TOPT) {
		char options[128];
		list_options(item->var.o.opts, options, sizeof(options));
		return conf_complain(complaint, line, "'%s' is '%.80s', must be one of %s",
			label(item), text, options);
	}
	if (item->type == YP_TBOOL || item->type == YP_TADDR) {
		return conf_complain(complaint, line, "'%s' is '%.80s', must be %s",
			label(item), text,
			item->type == YP_TBOOL ? "on or off" : "an IPv4 or IPv6 address");
	}
	return conf_complain(complaint, line, "'%s' is '%.80s': %s", label(item), text,
		knot_strerror(error));
}
