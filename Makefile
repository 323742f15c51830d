# The README's two commands. Everything else is `cargo xtask`.
.PHONY: run test

run:
	@.ci/need cargo cc postgresql
	@exec cargo run --release --locked --package tenantry -- serve

test:
	@.ci/need cargo cc git postgresql psql nextest curl jq python-venv
	cargo xtask check --documents
