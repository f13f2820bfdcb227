@echo off
rem ASCII only, for cmd.exe reads its own lines by the code page; words for people are in text\.
chcp 65001 >nul
setlocal
title geomap
cd /d "%~dp0"
set "APP=%LOCALAPPDATA%\geomap\@VERSION@-py@PYTHON@"
set "RUN=%APP%\Scripts\python.exe"
if exist "%APP%\ready" goto start

type text\first-start.txt
py -@PYTHON@ -c "import struct, sys; sys.exit(struct.calcsize('P') != 8)" >nul 2>nul
if errorlevel 1 goto nopython
py -@PYTHON@ -m venv --clear "%APP%"
if errorlevel 1 goto failed
"%RUN%" -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels --require-hashes -r requirements.txt
if errorlevel 1 goto failed
echo @VERSION@>"%APP%\ready"

:start
"%RUN%" -m geomap serve --open %*
if errorlevel 1 pause
exit /b

:nopython
type text\no-python.txt
pause
exit /b 1

:failed
type text\failed.txt
pause
exit /b 1
