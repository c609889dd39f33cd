/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A fleet of devices that all come back at once: each has a name below one suffix, a key and a
 * self-signed certificate with this name, says one octet and hangs up when one has come back. One
 * that does not get it comes again as a device would: after a second, then two, four and so on.
 * Among them strangers may come, at a rate: half of them with a made-up name below the suffix,
 * half with the name of a device and another key. Judges nothing.
 *
 *	devices ADDRESS PORT SUFFIX RECORDS [ITEM=VALUE...]
 *	  count=N      devices; 1000
 *	  at-once=N    that are connecting at a time; 1000
 *	  addresses=N  that they come from; 250
 *	  first=N      the number of the first one, where several of these share a fleet; 0
 *
 * RECORDS becomes a file with the TLSA record of each device. When all are made, it says "ready",
 * and then reads commands, a line each:
 *
 *	storm [seconds=N] [strangers=N]  all come, within a time; so many strangers a second
 *	hold N          so many are connected, and stay
 *	release         these hang up
 *	groups LIST     of key exchange, that they offer from now on
 *	suites LIST     of ciphers, that they offer from now on
 *
 * and answers each with a line of figures: how many had their octet (back), how many attempts
 * failed (refused), and why (unreachable, turned-away by an alert, closed, late); seconds until the
 * last one was back; seconds of the processor for that (used); seconds that a device took, with all
 * of its attempts (median, p99, worst); strangers that came, and had an octet back (leaked).
 */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "callers.h"
#include "items.h"

#define NAME_MAX_SIZE 254
#define TICK_MS 10
#define WAITS_MAX 6 /* 1, 2, 4 ... seconds: no device waits longer than the last of them */
#define STRANGERS_MAX 2000 /* at once */
#define DAYS 30
#define DEVICES_NET 0x7f400000u
#define STRANGERS_NET 0x7f420000u

struct device {
	struct caller caller; /* the first: it is found by it */
	STAILQ_ENTRY(device) link;
	unsigned tries;
	double began, due, took;
};

STAILQ_HEAD(devices, device);

static struct {
	const char *suffix;
	unsigned long count, at_once, addresses, first;
} fleet = { .count = 1000, .at_once = 1000, .addresses = 250 };

static struct {
	unsigned long seconds, strangers;
} storm;

static struct callers callers;
static struct device *devices;
static EVP_PKEY *strange_key;
static struct caller strangers[STRANGERS_MAX];

/* Of this storm. */
static struct {
	size_t next, open, back;
	struct devices waiting[WAITS_MAX]; /* each in the order of `due` */
	size_t ends[CALLER_ENDS];
	size_t strangers, leaked;
} seen;

/* --- who they are --------------------------------------------------------------------------- */

static EVP_PKEY *make_key(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	if (key == NULL) {
		die("no key can be made");
	}
	return key;
}

static X509 *make_certificate(const char *name, EVP_PKEY *key)
{
	char names[4 + NAME_MAX_SIZE];
	X509 *certificate = X509_new();
	snprintf(names, sizeof(names), "DNS:%s", name);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name,
		names);
	if (certificate == NULL || extension == NULL ||
		X509_set_version(certificate, X509_VERSION_3) != 1 ||
		ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) != 1 ||
		X509_gmtime_adj(X509_getm_notBefore(certificate), 0) == NULL ||
		X509_gmtime_adj(X509_getm_notAfter(certificate), DAYS * 86400L) == NULL ||
		X509_set_pubkey(certificate, key) != 1 ||
		X509_EXTENSION_set_critical(extension, 1) != 1 ||
		X509_add_ext(certificate, extension, -1) != 1 ||
		X509_sign(certificate, key, EVP_sha256()) == 0) {
		die("no certificate can be made");
	}
	X509_EXTENSION_free(extension);
	return certificate;
}

static void name_of(char name[NAME_MAX_SIZE], char letter, size_t number)
{
	snprintf(name, NAME_MAX_SIZE, "%c%zu.%s", letter, fleet.first + number,
		fleet.suffix);
}

static void write_record(FILE *records, const char *name, X509 *certificate)
{
	unsigned char digest[EVP_MAX_MD_SIZE], *spki = NULL;
	int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &spki);
	if (size <= 0 ||
		EVP_Digest(spki, (size_t)size, digest, NULL, EVP_sha256(), NULL) != 1) {
		die("a key has no digest");
	}
	fprintf(records, "%s. 3600 TLSA 3 1 1 ", name);
	for (size_t i = 0; i < 32; i++) {
		fprintf(records, "%02x", digest[i]);
	}
	fprintf(records, "\n");
	OPENSSL_free(spki);
}

static in_addr_t address_of(in_addr_t net, size_t number)
{
	return net + 1 + (in_addr_t)(number % fleet.addresses);
}

static void make_devices(const char *path)
{
	static const uint8_t word[] = { 'x' };
	char name[NAME_MAX_SIZE];
	FILE *records = fopen(path, "w");
	devices = calloc(fleet.count, sizeof(*devices));
	if (records == NULL || devices == NULL) {
		die(path);
	}
	for (size_t i = 0; i < fleet.count; i++) {
		name_of(name, 'n', i);
		EVP_PKEY *key = make_key();
		devices[i].caller = (struct caller){ .from = address_of(DEVICES_NET, i),
			.key = key,
			.certificate = make_certificate(name, key),
			.words = word,
			.word_count = sizeof(word) };
		write_record(records, name, devices[i].caller.certificate);
	}
	if (fclose(records) != 0) {
		die(path);
	}
	strange_key = make_key();
	for (size_t i = 0; i < STRANGERS_MAX; i++) {
		strangers[i] = (struct caller){ .from = address_of(STRANGERS_NET, i),
			.key = strange_key,
			.words = word,
			.word_count = sizeof(word) };
	}
}

/* --- strangers ------------------------------------------------------------------------------ */

static bool is_stranger(const struct caller *caller)
{
	return caller >= strangers && caller < strangers + STRANGERS_MAX;
}

static void forget(struct caller *stranger)
{
	X509_free(stranger->certificate);
	stranger->certificate = NULL;
}

/* No two come with the same made-up name. */
static void send_stranger(struct caller *stranger)
{
	static size_t number;
	char name[NAME_MAX_SIZE];
	bool thief = number++ % 2 != 0;
	name_of(name, thief ? 'n' : 'x', thief ? number % fleet.count : number);
	stranger->certificate = make_certificate(name, strange_key);
	callers_dial(&callers, stranger);
}

/* As many as had to come until now, as far as there is room for them. */
static void send_strangers(double since)
{
	static size_t at;
	size_t due = (size_t)(since * (double)storm.strangers);
	for (size_t i = 0; i < STRANGERS_MAX && seen.strangers < due; i++) {
		struct caller *stranger = &strangers[at++ % STRANGERS_MAX];
		if (stranger->state == CALLER_IDLE) {
			seen.strangers++;
			send_stranger(stranger);
		}
	}
}

/* --- devices -------------------------------------------------------------------------------- */

static void send_device(struct device *device)
{
	seen.open++;
	device->tries++;
	callers_dial(&callers, &device->caller);
}

/* Those whose time to come again is there go first. */
static void send_devices(size_t count)
{
	double time = now();
	for (size_t i = 0; i < WAITS_MAX; i++) {
		struct device *first;
		while (seen.open < fleet.at_once &&
			(first = STAILQ_FIRST(&seen.waiting[i])) != NULL &&
			first->due <= time) {
			STAILQ_REMOVE_HEAD(&seen.waiting[i], link);
			send_device(first);
		}
	}
	while (seen.open < fleet.at_once && seen.next < count) {
		struct device *device = &devices[seen.next++];
		device->began = time;
		device->tries = 0;
		send_device(device);
	}
}

static void ended(struct caller *caller, enum caller_end end)
{
	if (is_stranger(caller)) {
		seen.leaked += end == CALLER_ANSWERED;
		forget(caller);
		return;
	}
	struct device *device = (struct device *)caller;
	double time = now();
	seen.open--;
	seen.ends[end]++;
	if (end == CALLER_ANSWERED) {
		device->took = time - device->began;
		seen.back++;
		return;
	}
	size_t wait = device->tries < WAITS_MAX ? device->tries - 1 : WAITS_MAX - 1;
	device->due = time + (double)(1 << wait);
	STAILQ_INSERT_TAIL(&seen.waiting[wait], device, link);
}

/* --- what is commanded ---------------------------------------------------------------------- */

static void begin(void)
{
	memset(&seen, 0, sizeof(seen));
	for (size_t i = 0; i < WAITS_MAX; i++) {
		STAILQ_INIT(&seen.waiting[i]);
	}
}

static void report(double seconds, double used)
{
	double *took = calloc(seen.back + 1, sizeof(*took));
	size_t count = 0;
	for (size_t i = 0; took != NULL && i < seen.next && count < seen.back; i++) {
		if (devices[i].took > 0) {
			took[count++] = devices[i].took;
		}
	}
	size_t refused = seen.ends[CALLER_UNREACHABLE] + seen.ends[CALLER_TURNED_AWAY] +
		seen.ends[CALLER_CLOSED] + seen.ends[CALLER_LATE];
	printf("back=%zu refused=%zu unreachable=%zu turned-away=%zu closed=%zu late=%zu "
	       "seconds=%.3f used=%.3f median=%.3f p99=%.3f worst=%.3f strangers=%zu "
	       "leaked=%zu\n",
		seen.back, refused, seen.ends[CALLER_UNREACHABLE],
		seen.ends[CALLER_TURNED_AWAY], seen.ends[CALLER_CLOSED],
		seen.ends[CALLER_LATE], seconds, used, percentile(took, count, 50),
		percentile(took, count, 99), percentile(took, count, 100), seen.strangers,
		seen.leaked);
	free(took);
}

/* Until so many are back, from the one on that comes first. */
static void run(size_t first, size_t last, double seconds)
{
	double began = now(), used = seconds_used();
	begin();
	seen.next = first;
	for (size_t i = first; i < last; i++) {
		devices[i].took = 0;
	}
	while (seen.back < last - first && now() - began < seconds) {
		send_devices(last);
		send_strangers(now() - began);
		callers_run(&callers, TICK_MS);
	}
	report(now() - began, seconds_used() - used);
	struct caller *left;
	while ((left = TAILQ_FIRST(&callers.open)) != NULL) {
		callers_hang_up(&callers, left);
		if (is_stranger(left)) {
			forget(left);
		}
	}
}

static void run_storm(char *words)
{
	const struct item items[] = {
		{ "seconds", NULL, &storm.seconds },
		{ "strangers", NULL, &storm.strangers },
	};
	char *rest = NULL;
	storm.seconds = 60;
	storm.strangers = 0;
	for (char *word = strtok_r(words, " \n", &rest); word != NULL;
		word = strtok_r(NULL, " \n", &rest)) {
		items_read(items, sizeof(items) / sizeof(items[0]), word);
	}
	run(0, fleet.count, (double)storm.seconds);
}

static void hold(size_t *held, size_t wanted)
{
	wanted = wanted < fleet.count ? wanted : fleet.count;
	storm.strangers = 0;
	for (size_t i = *held; i < wanted; i++) {
		devices[i].caller.stays = true;
	}
	run(*held, wanted, 120);
	*held = wanted;
}

static void release(size_t *held)
{
	size_t connected = 0;
	for (size_t i = 0; i < *held; i++) {
		connected += caller_is_connected(&devices[i].caller);
		callers_hang_up(&callers, &devices[i].caller);
		devices[i].caller.stays = false;
	}
	printf("held=%zu connected=%zu\n", *held, connected);
	*held = 0;
}

static void set_groups(char *list)
{
	list[strcspn(list, "\n")] = '\0';
	if (SSL_CTX_set1_groups_list(callers.tls, list) != 1) {
		die(list);
	}
	printf("groups=1\n");
}

static void set_suites(char *list)
{
	list[strcspn(list, "\n")] = '\0';
	if (SSL_CTX_set_ciphersuites(callers.tls, list) != 1) {
		die(list);
	}
	printf("suites=1\n");
}

static void obey(void)
{
	char line[256];
	size_t held = 0;
	printf("ready\n");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (strncmp(line, "storm", 5) == 0) {
			run_storm(line + 5);
		} else if (strncmp(line, "hold ", 5) == 0) {
			hold(&held, strtoul(line + 5, NULL, 10));
		} else if (strcmp(line, "release\n") == 0) {
			release(&held);
		} else if (strncmp(line, "groups ", 7) == 0) {
			set_groups(line + 7);
		} else if (strncmp(line, "suites ", 7) == 0) {
			set_suites(line + 7);
		} else {
			die(line);
		}
		fflush(stdout);
	}
	release(&held);
}

static void clear(void)
{
	for (size_t i = 0; i < fleet.count; i++) {
		X509_free(devices[i].caller.certificate);
		EVP_PKEY_free(devices[i].caller.key);
	}
	free(devices);
	EVP_PKEY_free(strange_key);
	callers_end(&callers);
}

int main(int argc, char **argv)
{
	const struct item items[] = {
		{ "count", NULL, &fleet.count },
		{ "at-once", NULL, &fleet.at_once },
		{ "addresses", NULL, &fleet.addresses },
		{ "first", NULL, &fleet.first },
	};
	if (argc < 5) {
		fprintf(stderr,
			"usage: devices ADDRESS PORT SUFFIX RECORDS [ITEM=VALUE...]\n");
		return 2;
	}
	fleet.suffix = argv[3];
	for (int i = 5; i < argc; i++) {
		items_read(items, sizeof(items) / sizeof(items[0]), argv[i]);
	}
	if (fleet.count == 0 || fleet.at_once == 0 || fleet.addresses == 0) {
		die("count, at-once and addresses must not be 0");
	}
	callers_begin(&callers, items_address(argv[1], argv[2]), NULL, NULL, 0);
	callers.ended = ended;
	make_devices(argv[4]);
	obey();
	clear();
	return 0;
}
