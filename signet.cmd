@echo off
rem The Signet command line, from any directory, on the Node that the repository brings along.
node "%~dp0scripts\run.mjs" signet %*
