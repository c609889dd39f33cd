#!/bin/sh
# What a device runs, with the tools of OpenSSL and Mosquitto. It belongs to mosquitto.conf in this
# directory. /etc/dance/server.pem has the certificate of dance-front, or of the CA that issued it.
#
#   device.sh provision        once: makes the key and the certificate, and prints them to publish
#   device.sh publish TOPIC    publishes a line from standard input
#   device.sh commands         prints what is sent to the device, one message a line
set -eu

name=${DEVICE:-a1b2._device.example.org}
server=mqtt.example.org
key=/etc/dance/device.key
certificate=/etc/dance/device.pem

provision()
{
	umask 077
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$key"
	# The name must be a dNSName. The dates do not count with a TLSA record of usage 3.
	openssl req -x509 -new -key "$key" -subj / -days 36500 \
		-addext "subjectAltName=critical,DNS:$name" -out "$certificate"
	cat "$certificate"
}

# Runs one of Mosquitto's clients as this device.
mqtt()
{
	program=$1
	shift
	"$program" -h "$server" -p 8883 --cafile /etc/dance/server.pem \
		--cert "$certificate" --key "$key" --tls-version tlsv1.3 -q 1 "$@"
}

case $1 in
provision) provision ;;
publish) mqtt mosquitto_pub -t "$name/$2" -l ;;
commands) mqtt mosquitto_sub -t "$name/commands/#" ;;
esac
