# Every target is one module of `commands/`; variables such as STACK reach it through the environment.
# Results go to stdout, everything else to stderr: `eval "$(make -s env)"` and `make -s outputs | …` are safe.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help up down outputs env shell logs test-alert preview render cost bootstrap test test-fast lint bench drill generate

REQUIREMENTS := requirements.txt requirements-dev.txt constraints.txt
VENV := .venv/requirements-$(shell cat $(REQUIREMENTS) | sha256sum | cut -c1-16)
RUN := @.venv/bin/python -m commands

# One command starts Python several times over: what is compiled once is kept beside the sources.
export PYTHONDONTWRITEBYTECODE :=

help: ## this list
	@awk -F ' *## ' '/^[a-z-]+:.*## /{split($$1, target, ":"); printf "make %-10s %s\n", target[1], $$2} \
	     /^##   /{sub(/^##   /, ""); print "                " $$0}' Makefile

up: $(VENV) ## set up what is missing, deploy, run a smoke workflow, print the outputs
##   STACK=local (a name, or the path of a stack file)  CONTEXT=<kube context>
	$(RUN) up

outputs: $(VENV) ## the stack outputs as JSON
##   STACK=local  SHOW_SECRETS=1
	$(RUN) outputs

env: $(VENV) ## what a Temporal client needs: eval "$(make -s env)"
##   STACK=local  NAMESPACE=default
	$(RUN) env

shell: $(VENV) ## a shell inside the cluster where temporal and tdbg work at once; gone when it is closed
##   STACK=local  NAMESPACE=default  COMMAND='temporal …' (no shell: runs that)
	$(RUN) shell

logs: $(VENV) ## what the pods of a stack say, each line after its pod's name
##   STACK=local  SERVICE=history (or another part of the stack; default: the server's five)  SINCE=10m  FOLLOW=1
	$(RUN) logs

test-alert: $(VENV) ## an alert that says it is one, to see whether messages arrive
##   STACK=local  SEVERITY=critical (or warning)
	$(RUN) test-alert

preview: $(VENV) ## what would change, against nothing, against a revision's program, or against the real state
##   STACK=local  AGAINST=<git revision>  LIVE=1  FORMAT=text|json|markdown
	$(RUN) preview

render: $(VENV) ## the Kubernetes objects as YAML and the AWS resources as JSON; secret values masked
##   STACK=local  OUT=<folder> (a new one, or one of an earlier render)
	$(RUN) render

cost: $(VENV) ## what a stack costs a month, resource by resource, and Temporal Cloud beside it
##   STACK=local  FORMAT=text|json
	$(RUN) cost

bootstrap: $(VENV) ## what an AWS stack needs before it is deployed, as a CloudFormation template: state, key, who may deploy
##   STACK=production  ISSUER=token.actions.githubusercontent.com (who issues the tokens of CI)
	$(RUN) bootstrap

down: $(VENV) ## destroy every embedded stack and the node; with STACK only that stack
##   STACK=…  CONFIRM=<stack> (protected or AWS)
	$(RUN) down

test: $(VENV) ## lint, the fast tests, then the tests on a real cluster (root)
	$(RUN) test

test-fast: $(VENV) ## the tests that need no cluster, but for those that run the engine for long
	$(RUN) test-fast

lint: $(VENV) ## formatting, style, types, import rules, stack files
	$(RUN) lint

bench: $(VENV) ## measure and write docs/performance.md
##   NAME=preview,test-fast,life,search,cold (default: all but cold)
	$(RUN) bench

drill: $(VENV) ## break a deployed server on purpose, under load, and write docs/drills.md (root)
##   NAME=roll,… (default: all)
	$(RUN) drill

generate: $(VENV) ## renew what is made from other files: catalogues (need Go and the network), AWS types (need PyPI), schema, documentation
##   NAME=catalogues,aws,schema,configuration,controls,runbooks,contract,dashboards (default: all)
	$(RUN) generate

$(VENV):
	@sh commands/bootstrap.sh $@
