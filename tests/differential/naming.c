/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The tables, and how to go by them. */

#include "naming.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *text;
	int type;
	int same; /* orgs of one number are equal */
} orgs[ORG_COUNT] = {
	[ORG_NONE] = { NULL, 0, 0 },
	[ORG_ACME] = { "Acme", V_ASN1_UTF8STRING, 1 },
	[ORG_ACME_UPPER] = { "ACME", V_ASN1_PRINTABLESTRING, 1 },
	[ORG_ACME_SPACED] = { " Acme ", V_ASN1_UTF8STRING, 1 },
	[ORG_CORP] = { "Acme Corp", V_ASN1_UTF8STRING, 2 },
	[ORG_CORP_SPACED] = { "acme   corp", V_ASN1_PRINTABLESTRING, 2 },
	[ORG_OTHER] = { "Other", V_ASN1_UTF8STRING, 3 },
};

bool org_equal(enum org a, enum org b)
{
	return orgs[a].same == orgs[b].same;
}

enum org org_alike(enum org org, unsigned salt)
{
	for (unsigned i = 0; i < ORG_COUNT; i++) {
		enum org other = (enum org)((salt + i) % ORG_COUNT);
		if (org_equal(org, other)) {
			return other;
		}
	}
	return org;
}

bool org_put(X509_NAME *name, enum org org)
{
	return org == ORG_NONE ||
		X509_NAME_add_entry_by_NID(name, NID_organizationName, orgs[org].type,
			(const unsigned char *)orgs[org].text, -1, -1, 0) > 0;
}

#define MAIL(local, host) { FORM_MAIL, local "@" host, local, host, { 0 }, 0, ORG_NONE }
#define URI(text, host) { FORM_URI, text, NULL, host, { 0 }, 0, ORG_NONE }
#define V4(...) { FORM_ADDRESS, NULL, NULL, NULL, { __VA_ARGS__ }, 4, ORG_NONE }
#define V6(...) { FORM_ADDRESS, NULL, NULL, NULL, { __VA_ARGS__ }, 16, ORG_NONE }
#define DIRECTORY(org) { FORM_DIRECTORY, NULL, NULL, NULL, { 0 }, 0, org }

const struct bearing bearings[] = {
	MAIL("a", "example.net"),
	MAIL("b", "Example.NET"),
	MAIL("A", "sub.example.net"),
	MAIL("a", "example.org"),
	MAIL("\"a@example.net\"", "example.org"),
	{ FORM_MAIL, "example.net", NULL, NULL, { 0 }, 0, ORG_NONE },
	URI("https://www.example.net/a", "www.example.net"),
	URI("HTTPS://WWW.Example.Net", "www.example.net"),
	URI("https://example.net:8443/", "example.net"),
	URI("https://user@www.example.net/", "www.example.net"),
	URI("https://user:word@www.example.net:1/", "www.example.net"),
	URI("https://www.example.net?a", "www.example.net"),
	URI("https://www.example.net#a", "www.example.net"),
	URI("ldap://example.org/cn=a", "example.org"),
	URI("https://www.example.net@example.org/", "example.org"),
	URI("https://www.example.net:443@example.org/", "example.org"),
	URI("https://example.org/@www.example.net", "example.org"),
	URI("https://example.org?@www.example.net", "example.org"),
	URI("https://example.org#@www.example.net", "example.org"),
	URI("urn:example:a", NULL),
	URI("https://192.0.2.1/", NULL),
	URI("https://[2001:db8::1]/", NULL),
	URI("file:///a", NULL),
	V4(192, 0, 2, 1),
	V4(192, 0, 2, 200),
	V4(198, 51, 100, 7),
	V6(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
	V6(0x20, 0x01, 0x0d, 0xb9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
	DIRECTORY(ORG_ACME),
	DIRECTORY(ORG_ACME_UPPER),
	DIRECTORY(ORG_CORP_SPACED),
	DIRECTORY(ORG_OTHER),
	DIRECTORY(ORG_NONE),
	{ FORM_REGISTERED, "2.999.2", NULL, NULL, { 0 }, 0, ORG_NONE },
};
const size_t bearing_count = sizeof(bearings) / sizeof(bearings[0]);

const struct bearing mailboxes[] = {
	MAIL("a", "example.net"),
	MAIL("b", "EXAMPLE.net"),
	MAIL("a", "example.org"),
};
const size_t mailbox_count = sizeof(mailboxes) / sizeof(mailboxes[0]);

#define AT(local, host) \
	{ FORM_MAIL, local "@" host, local, host, false, { 0 }, 0, ORG_NONE }
#define HOST(form, host) { form, host, NULL, host, false, { 0 }, 0, ORG_NONE }
#define DOMAIN(form, host) { form, "." host, NULL, host, true, { 0 }, 0, ORG_NONE }
#define NET4(...) { FORM_ADDRESS, NULL, NULL, NULL, false, { __VA_ARGS__ }, 8, ORG_NONE }
#define NET6(...) { FORM_ADDRESS, NULL, NULL, NULL, false, { __VA_ARGS__ }, 32, ORG_NONE }
#define NAMES(org) { FORM_DIRECTORY, NULL, NULL, NULL, false, { 0 }, 0, org }

const struct base bases[] = {
	AT("a", "example.net"),
	AT("a", "EXAMPLE.org"),
	HOST(FORM_MAIL, "example.net"),
	HOST(FORM_MAIL, "Example.org"),
	DOMAIN(FORM_MAIL, "example.net"),
	HOST(FORM_URI, "www.example.net"),
	HOST(FORM_URI, "Example.net"),
	HOST(FORM_URI, "example.org"),
	DOMAIN(FORM_URI, "example.net"),
	NET4(192, 0, 2, 0, 255, 255, 255, 0),
	NET4(192, 0, 2, 128, 255, 255, 255, 128),
	NET4(0, 0, 0, 0, 0, 0, 0, 0),
	NET4(192, 0, 2, 1, 255, 255, 255, 255),
	NET6(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255),
	NET6(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 254),
	NAMES(ORG_ACME),
	NAMES(ORG_ACME_UPPER),
	NAMES(ORG_CORP),
	NAMES(ORG_OTHER),
	NAMES(ORG_NONE),
	{ FORM_REGISTERED, "2.999.2", NULL, NULL, false, { 0 }, 0, ORG_NONE },
};
const size_t base_count = sizeof(bases) / sizeof(bases[0]);

static enum place place_if(bool in)
{
	return in ? PLACE_IN : PLACE_OUT;
}

/* Is the host the one of the base, or below it? Hosts may be written in any case. */
static bool is_host_in(const char *host, const struct base *base)
{
	size_t size = strlen(host), above = strlen(base->host);
	if (!base->domain) {
		return strcasecmp(host, base->host) == 0;
	}
	return size > above + 1 && host[size - above - 1] == '.' &&
		strcasecmp(host + size - above, base->host) == 0;
}

static bool is_address_in(const struct bearing *bearing, const struct base *base)
{
	size_t half = base->size / 2;
	for (size_t i = 0; i < half && bearing->size == half; i++) {
		if (((bearing->octets[i] ^ base->octets[i]) & base->octets[half + i]) != 0) {
			return false;
		}
	}
	return bearing->size == half;
}

/* The preferred name syntax that RFC 5280 4.2.1.6 asks for, with underscores; no dot stands
 * at its end. */
static bool is_host(const char *text, size_t size)
{
	bool in_label = false;
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];
		bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z') || c == '-' || c == '_';
		if (!letter && (c != '.' || !in_label)) {
			return false;
		}
		in_label = letter;
	}
	return in_label;
}

enum place dns_place(struct dance_octets name, const char *domain)
{
	const char *text = (const char *)name.data;
	size_t size = name.size, above = strlen(domain);
	bool wildcard = size > 2 && text[0] == '*' && text[1] == '.';
	if (!is_host(text + (wildcard ? 2 : 0), size - (wildcard ? 2 : 0))) {
		return PLACE_UNKNOWN;
	}
	if (size >= above && strncasecmp(text + size - above, domain, above) == 0 &&
		(size == above || text[size - above - 1] == '.')) {
		return PLACE_IN;
	}
	/* One of the names that it stands for may be the domain itself. */
	const char *parent = strchr(domain, '.');
	bool covers = wildcard && parent != NULL && strlen(parent) == size - 1 &&
		strncasecmp(text + 1, parent, size - 1) == 0;
	return covers ? PLACE_UNKNOWN : PLACE_OUT;
}

enum place org_place(enum org org, const struct base *base)
{
	return place_if(base->org == ORG_NONE || org_equal(org, base->org));
}

enum place bearing_place(const struct bearing *bearing, const struct base *base)
{
	switch (base->form) {
	case FORM_MAIL:
		if (bearing->host == NULL) {
			return PLACE_UNKNOWN;
		}
		return place_if(is_host_in(bearing->host, base) &&
			(base->local == NULL || strcmp(bearing->local, base->local) == 0));
	case FORM_URI:
		/* "The application MUST reject the certificate" */
		return bearing->host == NULL ? PLACE_UNKNOWN :
					       place_if(is_host_in(bearing->host, base));
	case FORM_ADDRESS:
		return place_if(is_address_in(bearing, base));
	case FORM_DIRECTORY:
		return org_place(bearing->org, base);
	case FORM_REGISTERED:
	case FORM_COUNT:
		break;
	}
	return PLACE_UNKNOWN;
}

static GENERAL_NAME *text_name(int type, const char *text)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_IA5STRING *value = ASN1_IA5STRING_new();
	if (name == NULL || value == NULL || ASN1_STRING_set(value, text, -1) <= 0) {
		GENERAL_NAME_free(name);
		ASN1_IA5STRING_free(value);
		return NULL;
	}
	GENERAL_NAME_set0_value(name, type, value);
	return name;
}

static GENERAL_NAME *address_name(const unsigned char *octets, size_t size)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	if (name == NULL || value == NULL ||
		ASN1_OCTET_STRING_set(value, octets, (int)size) <= 0) {
		GENERAL_NAME_free(name);
		ASN1_OCTET_STRING_free(value);
		return NULL;
	}
	GENERAL_NAME_set0_value(name, GEN_IPADD, value);
	return name;
}

static GENERAL_NAME *directory_name(enum org org, const char *common)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	X509_NAME *value = X509_NAME_new();
	if (name == NULL || value == NULL || !org_put(value, org) ||
		(common != NULL &&
			X509_NAME_add_entry_by_NID(value, NID_commonName, MBSTRING_UTF8,
				(const unsigned char *)common, -1, -1, 0) <= 0)) {
		GENERAL_NAME_free(name);
		X509_NAME_free(value);
		return NULL;
	}
	GENERAL_NAME_set0_value(name, GEN_DIRNAME, value);
	return name;
}

static GENERAL_NAME *registered_name(const char *text)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	if (name != NULL) {
		GENERAL_NAME_set0_value(name, GEN_RID, OBJ_txt2obj(text, 1));
	}
	return name;
}

GENERAL_NAME *bearing_name(const struct bearing *bearing)
{
	switch (bearing->form) {
	case FORM_MAIL:
		return text_name(GEN_EMAIL, bearing->text);
	case FORM_URI:
		return text_name(GEN_URI, bearing->text);
	case FORM_ADDRESS:
		return address_name(bearing->octets, bearing->size);
	case FORM_DIRECTORY:
		return directory_name(bearing->org, "a name");
	case FORM_REGISTERED:
		return registered_name(bearing->text);
	case FORM_COUNT:
		break;
	}
	return NULL;
}

GENERAL_NAME *base_name(const struct base *base)
{
	switch (base->form) {
	case FORM_MAIL:
		return text_name(GEN_EMAIL, base->text);
	case FORM_URI:
		return text_name(GEN_URI, base->text);
	case FORM_ADDRESS:
		return address_name(base->octets, base->size);
	case FORM_DIRECTORY:
		return directory_name(base->org, NULL);
	case FORM_REGISTERED:
		return registered_name(base->text);
	case FORM_COUNT:
		break;
	}
	return NULL;
}
