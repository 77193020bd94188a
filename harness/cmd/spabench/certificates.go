package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"spabench/harness/chromium"
)

// certificates say whose TLS certificates are accepted, beyond those of the system's roots.
type certificates struct {
	insecure bool
	caFile   string
}

// load reads the file. The TLS configuration is nil where the system's roots decide alone.
func (c certificates) load() (chromium.Trust, error) {
	if c.insecure {
		return chromium.Trust{TLS: &tls.Config{InsecureSkipVerify: true}}, nil
	}
	if c.caFile == "" {
		return chromium.Trust{}, nil
	}
	text, err := os.ReadFile(c.caFile)
	if err != nil {
		return chromium.Trust{}, fmt.Errorf("--cacert: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // a machine without roots: this one is enough
	}
	var trust chromium.Trust
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return chromium.Trust{}, fmt.Errorf("--cacert %s: %w", c.caFile, err)
		}
		roots.AddCert(certificate)
		trust.Roots = append(trust.Roots, certificate)
	}
	if len(trust.Roots) == 0 {
		return chromium.Trust{}, fmt.Errorf("--cacert %s: it has no certificate; give a PEM file, "+
			"which has a line -----BEGIN CERTIFICATE-----", c.caFile)
	}
	trust.TLS = &tls.Config{RootCAs: roots}
	return trust, nil
}

// untrusted adds the way out to an error that comes of a certificate. Another error stays as it is.
func untrusted(err error) error {
	failure := new(tls.CertificateVerificationError)
	if !errors.As(err, &failure) {
		return err
	}
	// Another CA mends neither of these.
	if errors.As(err, new(x509.HostnameError)) || errors.As(err, new(x509.CertificateInvalidError)) {
		return fmt.Errorf("%w; to check the server anyway, skip the verification with --insecure", err)
	}
	return fmt.Errorf("%w; name the certificate of its CA with --cacert FILE, "+
		"or skip the verification with --insecure", err)
}
